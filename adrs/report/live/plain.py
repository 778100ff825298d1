"""Progress as lines of a log: one an improvement, one every tenth of the budget; or nothing."""

from collections.abc import Callable
from datetime import datetime
from types import TracebackType
from typing import Self

from rich.console import Console

from adrs.core.events import (
    ArmEnded,
    Event,
    PhaseStarted,
    RunEnded,
    RunStarted,
    TrialTold,
    Warned,
)
from adrs.core.objective import Objective
from adrs.core.spending import Spending
from adrs.core.trial import Arm
from adrs.report.format import (
    clean,
    format_count,
    format_step,
    format_value,
    model_name,
    plural,
)
from adrs.report.layout import CAUTION, STRONG, WORSE, print_line
from adrs.report.live.budgets import Clocked, counted_budgets
from adrs.report.live.progress import pace_in_words, search_budget
from adrs.report.live.tally import Improvement, Tally
from adrs.report.run.jumpwords import jump_in_words

TENTHS = 10
ROUNDING = 1e-9
LONGEST_IDEA = 120


class QuietView:
    """Shows warnings and nothing else."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def __enter__(self) -> Self:
        """Do nothing."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Do nothing."""

    def __call__(self, event: Event) -> None:
        """Print a warning; drop the rest."""
        if isinstance(event, Warned):
            print_line(self._console, f"warning: {event.message}", style=CAUTION)


class PlainView:
    """Prints a line with its time per improvement, tenth of the budget, phase and warning.

    The first score better than a proven bound gets a line too; the tenths' lines count them all.
    So does every jump, a gain that a human should look at.
    Trials that were read back from the archive are counted, not printed.
    """

    def __init__(self, console: Console, *, now: Callable[[], datetime]) -> None:
        self._console = console
        self._now = now
        self._tally = Tally()
        self._tenths = dict.fromkeys(Arm, 0)
        self._started: datetime | None = None
        self._phase_started: datetime | None = None

    def __enter__(self) -> Self:
        """Do nothing: lines need no preparation."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Do nothing: every line is complete."""

    def __call__(self, event: Event) -> None:
        """Count one event and print its line, if it has one."""
        alarmed = self._tally.impossible > 0
        jumps = len(self._tally.jumps)
        improvement = self._tally.add(event)
        if self._tally.impossible and not alarmed:
            text = f"IMPOSSIBLE: better than a proven bound: {self._tally.first_impossible}"
            self._say(text, style=f"{STRONG} {WORSE}")
        match event:
            case TrialTold():
                self._trial(event, improvement)
                if len(self._tally.jumps) > jumps and not event.replayed:
                    self._say(jump_in_words(self._tally.jumps[-1]), style=CAUTION)
            case RunStarted():
                self._started = self._now()
                self._say(_start_line(event))
            case PhaseStarted():
                self._phase_started = self._now()
                total = "" if event.total is None else f", {plural(event.total, 'evaluation')}"
                self._say(f"phase {event.phase}{total}")
            case Warned():
                self._say(f"warning: {event.message}")
            case ArmEnded():
                self._say(f"{event.arm} ended: {event.reason}{self._spent(event.arm)}")
            case RunEnded():
                self._say(_end_line(event))

    def _spent(self, arm: Arm) -> str:
        spending = self._tally.spending
        if spending is None or arm is not Arm.SEARCH:
            return ""
        return f"; {', '.join(_call_words(self._tally, spending))}"

    def _say(self, line: str, *, style: str = "") -> None:
        stamp = self._now().strftime("%Y-%m-%dT%H:%M:%SZ")
        print_line(self._console, f"{stamp} {line}", style=style)

    def _trial(self, event: TrialTold, improvement: Improvement | None) -> None:
        arm, clocked = event.trial.arm, self._clocked()
        tenths = self._tenths_done(arm, clocked)
        passed = tenths > self._tenths[arm]
        self._tenths[arm] = max(tenths, self._tenths[arm])
        if event.replayed or self._tally.objective is None:
            return
        if improvement is not None:
            self._say(_improvement_line(improvement, self._tally.objective))
        if passed:
            self._say(_progress_line(arm, tenths, self._tally, clocked))

    def _tenths_done(self, arm: Arm, clocked: Clocked) -> int:
        """Return the tenths of what ends the search first, or of the control's evaluations."""
        if arm is Arm.SEARCH:
            bound = search_budget(self._tally, clocked)
            return 0 if bound is None else int((bound.share or 0.0) * TENTHS + ROUNDING)
        budget = self._tally.budget
        return min(self._tally.arm.evaluations * TENTHS // budget, TENTHS) if budget else 0

    def _clocked(self) -> Clocked:
        now = self._now()
        return Clocked(
            run_s=_seconds(self._started, now), phase_s=_seconds(self._phase_started, now)
        )


def _seconds(start: datetime | None, now: datetime) -> float:
    return 0.0 if start is None else (now - start).total_seconds()


def _start_line(event: RunStarted) -> str:
    config = event.record.config
    verb = "resumed" if event.resumed else "started"
    workers = plural(event.workers, "worker")
    return (
        f"{verb} {event.record.name}: {event.problem.name}, {config.strategy}, {config.proposer}, "
        f"seed {config.seed}, {workers}, isolation {event.isolation.name}"
        f"{f', replay of {config.replays}' if config.replays else ''}"
    )


def _improvement_line(improvement: Improvement, objective: Objective) -> str:
    trial = improvement.trial
    by = format_step(improvement.score, improvement.previous, objective.unit)
    idea = clean(trial.proposal.idea, limit=LONGEST_IDEA)
    model = model_name(trial.proposal.proposer)
    who = f" by {model}" if model != trial.proposal.proposer else ""
    score = format_value(improvement.score, objective.unit)
    return (
        f"{trial.arm} improvement #{trial.number}: {objective.metric} {score} ({by}), "
        f"{trial.operator}{who}{': ' + idea if idea else ''}"
    )


def _progress_line(arm: Arm, tenths: int, tally: Tally, clocked: Clocked) -> str:
    progress, objective = tally.arms[arm], tally.objective
    best = "none"
    if progress.best is not None and objective is not None:
        best = format_value(progress.best, objective.unit)
    counts = [f"{format_count(count)} {verdict}" for verdict, count in progress.counts()]
    if tally.spending is not None and arm is Arm.SEARCH:
        spent = _call_words(tally, tally.spending)
    else:
        of = "" if tally.budget is None else f" of {format_count(tally.budget)}"
        spent = [f"{format_count(progress.evaluations)}{of} evaluations"]
    facts = [*spent, *pace_in_words(tally, clocked), f"best {best}", *counts]
    return f"{arm} {tenths * TENTHS} %: {', '.join(facts)}"


def _call_words(tally: Tally, spending: Spending) -> list[str]:
    """Return what a search spent so far, against its budgets but for time."""
    words = [budget.words for budget in counted_budgets(tally)]
    if spending.reused:
        words.append(f"{format_count(spending.reused)} reused")
    if spending.failed:
        words.append(plural(spending.failed, "failed attempt"))
    return words


def _end_line(event: RunEnded) -> str:
    if event.conclusion is None:
        return "stopped; what was done is kept"
    word = "improved" if event.conclusion.improved else "not improved"
    return f"finished, {word}: {event.conclusion.reason}"
