"""The lines of the live view, drawn from a tally."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.text import Text

from adrs.core.events import Phase
from adrs.core.objective import Objective
from adrs.core.spending import ModelTraffic, Spending
from adrs.core.trial import Arm
from adrs.report.format import (
    clean,
    format_count,
    format_duration,
    format_percent,
    format_rate,
    format_value,
    model_name,
    percent_decimals,
)
from adrs.report.layout import (
    CAUTION,
    CHAMPION,
    CONTEXT,
    STRONG,
    WORSE,
    Column,
    Table,
    suited,
)
from adrs.report.live.budgets import EVALUATIONS, binding, budgets
from adrs.report.live.tally import SEARCHES, ArmProgress, Improvement, Tally
from adrs.report.run.panels import best_line

BAR_WIDTH = 46
WIDEST_CURVE, NARROWEST_CURVE = 30, 10
BESIDE_CURVE = 48
MOST_IMPROVEMENTS = 16
FEWEST_IMPROVEMENTS = 1
FIRST_RATE_S = 1.0
LABEL_WIDTH = 9
SPACE = "   "
MOST_LINES = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Clocked:
    """Wall seconds since this sitting began, and since its present phase did."""

    run_s: float
    phase_s: float


def picture(
    tally: Tally, clocked: Clocked, *, width: int, height: int, console: Console
) -> list[Text]:
    """Return what to show, at most `height` lines of at most `width` cells."""
    if tally.record is None or tally.objective is None:
        return []
    lines = [_title(tally), _phases(tally.phase), _progress(tally, clocked, width)]
    if tally.spending is not None:
        lines.extend(_calls(tally, tally.spending, clocked, width))
    lines.extend(_bests(tally, tally.objective, width))
    lines.append(_counts(tally))
    if tally.impossible:
        shown = f"IMPOSSIBLE {format_count(tally.impossible)}   first {tally.first_impossible}"
        lines.append(Text(shown, style=f"{STRONG} {WORSE}"))
    room = min(height - len(lines) - 2, MOST_IMPROVEMENTS)
    if room >= FEWEST_IMPROVEMENTS and tally.arm.improvements:
        lines.append(Text())
        asked = tally.record.config.models is not None and tally.phase is not Phase.CONTROL
        newest = list(tally.arm.improvements)[-room:]
        lines.extend(_improvements(newest, width, with_model=asked))
    return [_fitted(line, width, console) for line in lines[:height]]


def _fitted(line: Text, width: int, console: Console) -> Text:
    shown = suited(line, console)
    shown.truncate(width, overflow="ellipsis")
    shown.no_wrap = True
    return shown


def _title(tally: Tally) -> Text:
    assert tally.record is not None
    config = tally.record.config
    replay = f" · replay of {config.replays}" if config.replays else ""
    context = f"{config.strategy} · {config.proposer} · seed {config.seed}{replay}"
    return Text.assemble(
        (clean(config.problem), STRONG), f"  {tally.record.name}   ", (context, CONTEXT)
    )


def _phases(present: Phase | None) -> Text:
    line = Text()
    for number, phase in enumerate(Phase):
        line.append(" · " if number else "", style=CONTEXT)
        if phase is present:
            line.append(f"▸{phase.value}", style=STRONG)
        else:
            line.append(phase.value, style=CONTEXT)
    return line


def _progress(tally: Tally, clocked: Clocked, width: int) -> Text:
    if tally.spending is not None and tally.phase is Phase.SEARCH:
        return _call_progress(tally, tally.spending, clocked, width)
    done, budget = _done(tally), tally.budget
    facts = [f"{format_count(done)}{f'/{format_count(budget)}' if budget else ''} evaluations"]
    rate = _rate(tally, clocked)
    if rate is not None:
        facts.append(format_rate(rate))
    left_s = _seconds_left(tally, clocked, rate)
    if left_s is not None:
        facts.append(f"{format_duration(left_s)} left")
    return _bar(_share(tally, clocked), facts, width)


def _bar(share: float | None, facts: Sequence[str], width: int) -> Text:
    shown = "   ".join(facts)
    room = min(BAR_WIDTH, width - len(shown) - 2)
    if share is None or room < 8:
        return Text(shown)
    full = round(share * room)
    return Text.assemble(("━" * full, CHAMPION), ("━" * (room - full), CONTEXT), f"  {shown}")


def _call_progress(tally: Tally, spending: Spending, clocked: Clocked, width: int) -> Text:
    """Return the bar of the budget that binds, or of none where there is none."""
    found = budgets(tally, spending, clocked.run_s)
    bound = binding(found)
    facts = [(bound or found[0]).words]
    before = tally.spending_before or spending
    fresh = spending.calls - before.calls
    if clocked.phase_s >= FIRST_RATE_S and fresh:
        facts.append(format_rate(fresh / clocked.phase_s).replace("/", " calls/"))
        left = [b.seconds_left(clocked.phase_s) for b in found]
        known = [seconds for seconds in left if seconds is not None]
        facts.extend([f"{format_duration(min(known))} left"] if known else [])
    # The bar of a replay would wait for calls that are never made.
    replays = tally.record is not None and tally.record.config.replays
    share = None if bound is None or replays else bound.share
    return _bar(share, facts, width)


def _calls(tally: Tally, spending: Spending, clocked: Clocked, width: int) -> list[Text]:
    """Return what calls took against their budgets, and how each model does."""
    found = budgets(tally, spending, clocked.run_s)
    searching = tally.phase is Phase.SEARCH
    in_bar = (binding(found) or found[0]) if searching else None
    parts = [f"{format_count(spending.in_flight)} in flight"] if searching else []
    if spending.failed:
        parts.append(f"{format_count(spending.failed)} failed")
    if spending.reused:
        parts.append(f"{format_count(spending.reused)} reused")
    uncapped = found[EVALUATIONS] if found[EVALUATIONS].cap is None else None
    parts.extend(b.words for b in found if b is not in_bar and b is not uncapped)
    lines = _listed("calls", parts, width)
    return [*lines, *_listed("models", [_model(m, spending) for m in spending.models], width)]


def _model(model: ModelTraffic, spending: Spending) -> str:
    """Return a model's share of the answers and how many of its attempts ended well."""
    answers = sum(other.answered for other in spending.models)
    share = f"{100 * model.answered / answers:.0f} %" if answers else "no answer yet"
    attempts = model.answered + model.failed
    ok = f", {_success(model.answered / attempts)} ok" if attempts else ""
    return f"{clean(model.model)} {share}{ok}"


def _success(share: float) -> str:
    """Return a share that is 100 % only when nothing failed."""
    return (
        f"{min(100 * share, 99.9):.0f} %"
        if share < 0.99
        else f"{math.floor(1000 * share) / 10:g} %"
    )


def _listed(label: str, parts: Sequence[str], width: int) -> list[Text]:
    """Return parts after a label, on as many lines as they take, two at most."""
    lines: list[str] = []
    for part in parts:
        if lines and LABEL_WIDTH + len(lines[-1]) + len(SPACE) + len(part) <= width:
            lines[-1] += SPACE + part
        else:
            lines.append(part)
    return [
        Text.assemble(((label if number == 0 else "").ljust(LABEL_WIDTH), CONTEXT), line)
        for number, line in enumerate(lines[:MOST_LINES])
    ]


def _done(tally: Tally) -> int:
    return tally.arm.evaluations if tally.phase in SEARCHES else tally.phase_done


def _share(tally: Tally, clocked: Clocked) -> float | None:
    if tally.budget:
        return min(_done(tally) / tally.budget, 1.0)
    total_s = _time_budget_s(tally)
    if not total_s:
        return None
    return min(_spent_s(tally, clocked) / total_s, 1.0)


def _time_budget_s(tally: Tally) -> float | None:
    searching = tally.phase is Phase.SEARCH and tally.record is not None
    return tally.record.config.time_s if searching and tally.record is not None else None


def _spent_s(tally: Tally, clocked: Clocked) -> float:
    before = 0.0 if tally.record is None else tally.record.spent_s
    return before + clocked.run_s


def _rate(tally: Tally, clocked: Clocked) -> float | None:
    fresh = tally.arm.fresh if tally.phase in SEARCHES else tally.phase_done
    if clocked.phase_s < FIRST_RATE_S or not fresh:
        return None
    return fresh / clocked.phase_s


def _seconds_left(tally: Tally, clocked: Clocked, rate: float | None) -> float | None:
    left = []
    if tally.budget and rate:
        left.append(max(tally.budget - _done(tally), 0) / rate)
    total_s = _time_budget_s(tally)
    if total_s is not None:
        left.append(max(total_s - _spent_s(tally, clocked), 0.0))
    return min(left, default=None)


def _bests(tally: Tally, objective: Objective, width: int) -> list[Text]:
    """Return the best so far of the search and, once it runs, of the control below it."""
    arms = [
        (arm, progress)
        for arm, progress in tally.arms.items()
        if progress.best is not None and (progress.trials or arm is Arm.SEARCH)
    ]
    ends = [p.best for _, progress in arms for p in progress.curve.points]
    if not ends:
        return [Text("best  none yet", style=CONTEXT)]
    scale = sorted(ends, key=objective.fitness)
    horizon = max(progress.evaluations for _, progress in arms)
    cells = min(max(width - BESIDE_CURVE, NARROWEST_CURVE), WIDEST_CURVE)
    drawn = [
        (arm, progress, best_line(progress.curve.points, cells, horizon, scale))
        for arm, progress in arms
    ]
    lines = [_best(arm, progress, line, objective) for arm, progress, line in drawn]
    reference = tally.baselines.get(tally.reference)
    if reference is not None:
        shown = format_value(reference, objective.unit)
        lines[0].append(f"  ({clean(tally.reference_title)} {shown})", style=CONTEXT)
    return lines


def _best(arm: Arm, progress: ArmProgress, drawn: str, objective: Objective) -> Text:
    value = format_value(progress.best or 0.0, objective.unit)
    if arm is Arm.CONTROL:
        return Text.assemble((f"control  {drawn}  {value}", CAUTION))
    return Text.assemble("best     ", (drawn, CHAMPION), (f"  {value}", STRONG))


def _counts(tally: Tally) -> Text:
    progress = tally.arm
    shown = [f"{verdict} {format_count(count)}" for verdict, count in progress.counts()]
    shown.append(f"niches {format_count(progress.niches)}")
    if tally.phase in SEARCHES and progress.improvements:
        ago = progress.evaluations - progress.improved_at
        shown.append(f"last gain {format_count(ago)} ago")
    return Text("   ".join(shown))


def _improvements(
    improvements: Iterable[Improvement], width: int, *, with_model: bool
) -> list[Text]:
    newest_first = list(improvements)[::-1]
    columns = [
        Column(title="trial", cells=_texts(f"#{i.trial.number}" for i in newest_first), right=True),
        Column(title="gain", cells=tuple(_gain(i) for i in newest_first), right=True),
        Column(title="operator", cells=_texts(_operator(i) for i in newest_first)),
        Column(
            title="idea",
            cells=_texts(clean(i.trial.proposal.idea) for i in newest_first),
            shrink=True,
        ),
    ]
    if with_model:
        models = _texts(model_name(i.trial.proposal.proposer) for i in newest_first)
        columns.insert(3, Column(title="model", cells=models, drop=1))
    return Table(columns=tuple(columns), rules=()).lines(width)


def _texts(cells: Iterable[str]) -> tuple[Text, ...]:
    return tuple(Text(cell) for cell in cells)


def _gain(improvement: Improvement) -> Text:
    change = improvement.change
    if change is None:
        return Text("first")
    shown = format_percent(change, decimals=percent_decimals([change]), signed=True)
    return Text(shown, style=CHAMPION)


def _operator(improvement: Improvement) -> str:
    changes = improvement.trial.proposal.operators
    return clean("+".join(changes) if changes else improvement.trial.operator, limit=28)
