"""Synthetic runs of a made-up problem, written to a real archive in memory."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from io import StringIO
from typing import Any

import numpy as np
import pytest
from rich.console import Console

from adrs.archive.memory import MemoryArchive
from adrs.core.call import (
    Call,
    CallOutcome,
    CallRequest,
    CallSite,
    Message,
    Purpose,
    Speaker,
    Usage,
)
from adrs.core.evaluation import Evaluation, Verdict
from adrs.core.events import (
    ArmEnded,
    Assessed,
    Event,
    Phase,
    PhaseStarted,
    RunEnded,
    RunStarted,
    TrialTold,
    Warned,
)
from adrs.core.isolation import IsolationLevel
from adrs.core.objective import Direction, Objective
from adrs.core.problem import Baseline, Limits, Problem
from adrs.core.program import Program
from adrs.core.run import (
    USUALLY_OFF,
    Assessment,
    Conclusion,
    ModelUse,
    Role,
    RunConfig,
    RunRecord,
    RunStatus,
)
from adrs.core.scenario import Split, SplitSpec
from adrs.core.trial import Arm, Proposal, Trial
from adrs.core.vocabulary import Vocabulary
from adrs.report.problemfacts import BaselineTitle, ProblemFacts
from adrs.report.run.model import RunSummary
from adrs.report.run.summary import summarise

COST = Objective(metric="cost", unit="$", direction=Direction.MINIMIZE)
SPENT = Usage(prompt_tokens=1000, completion_tokens=100, cached_tokens=400, reasoning_tokens=30)
COUNTS = {Split.TRAIN: 24, Split.VALIDATION: 60, Split.HELDOUT: 100, Split.SHIFTED: 80}
NAME = "amber-fox"


def program(name: str) -> Program:
    return Program.of(f"def decide(obs):\n    return {name!r}\n")


@dataclass
class RunBook:
    """Writes a run to an archive: values are a shared per-scenario base times a program's factor.

    For a maximised objective a factor above 1 is better, for a minimised one below 1.
    """

    objective: Objective = COST
    scale: float = 100.0
    noise: float = 0.02
    bound: float | None = 0.78
    evals: int | None = 500
    control: bool = True
    proposer: str = "mutator/ast@1"
    isolation: IsolationLevel = IsolationLevel.L3
    models: ModelUse | None = None
    replays: str = ""
    archive: MemoryArchive = field(default_factory=MemoryArchive)
    facts: ProblemFacts = field(init=False)

    def __post_init__(self) -> None:
        self.facts = ProblemFacts(
            title="A made-up problem",
            objective=self.objective,
            reference="uniform",
            baselines=(
                BaselineTitle(name="on-demand", title="on-demand"),
                BaselineTitle(name="greedy", title="greedy"),
                BaselineTitle(name="uniform", title="Uniform Progress"),
            ),
        )
        self.archive.create_run(self.record())

    def record(self) -> RunRecord:
        config = RunConfig(
            problem="spot",
            seed=1,
            strategy="adaptive",
            without=USUALLY_OFF["adaptive"],
            proposer=self.proposer,
            evals=self.evals,
            time_s=None,
            window=8,
            control=self.control,
            params={"zones": 3},
            models=self.models,
            replays=self.replays,
        )
        return RunRecord(
            name=NAME,
            config=config,
            problem_parts={"initial.py": "0"},
            evaluator="spot 3",
            adrs_version="0.1.0",
            created_at="2026-01-02T03:04:05+00:00",
            status=RunStatus.RUNNING,
        )

    def values(self, name: str, split: Split, factor: float) -> tuple[float, ...]:
        count = COUNTS[split]
        base = np.random.Generator(np.random.PCG64(list(Split).index(split)))
        base_values = self.scale * base.uniform(0.7, 1.3, count)
        own = np.random.Generator(np.random.PCG64([len(name), *name.encode()]))
        return tuple(
            float(v) for v in base_values * factor * (1 + own.normal(0, self.noise, count))
        )

    def evaluation(
        self,
        name: str,
        split: Split,
        factor: float,
        *,
        verdict: Verdict = Verdict.OK,
        detail: str = "",
        exact: bool = False,
    ) -> Evaluation:
        ok = verdict is Verdict.OK
        values = self.values(name, split, factor) if ok and split is not Split.STRESS else ()
        if exact:
            values = self._exact(split, factor)
        return Evaluation(
            program_id=program(name).id,
            split=split,
            verdict=verdict,
            score=float(np.mean(values)) if values else (1.0 if ok else None),
            values=values,
            fingerprint=name if ok else "",
            detail=detail,
            failed_scenario=None if ok else f"{split}/0003",
            decisions=1000,
            cpu_s=0.01,
            isolation=self.isolation,
            evaluator="spot 3",
        )

    def _exact(self, split: Split, factor: float) -> tuple[float, ...]:
        noise, self.noise = self.noise, 0.0
        values = self.values("", split, factor)
        self.noise = noise
        return values

    def assess(
        self, role: Role, name: str, splits: Sequence[Split], factor: float, *, label: str = ""
    ) -> None:
        for split in splits:
            evaluation = self.evaluation(name, split, factor)
            self.add(role, name, evaluation, label=label)

    def add(self, role: Role, name: str, evaluation: Evaluation, *, label: str = "") -> None:
        self.archive.add_assessment(
            NAME, Assessment(role=role, label=label, program=program(name), evaluation=evaluation)
        )

    @property
    def _initial_factor(self) -> float:
        return 1.18 if self.objective.direction is Direction.MINIMIZE else 0.82

    def humans(self, splits: Sequence[Split]) -> None:
        start = self._initial_factor
        self.assess(Role.INITIAL, "greedy", splits, start)
        self.assess(Role.BASELINE, "demand", splits, 1 + 2 * (start - 1), label="on-demand")
        self.assess(Role.BASELINE, "greedy", splits, start, label="greedy")
        self.assess(Role.BASELINE, "uniform", splits, 1.0, label="uniform")
        if self.bound is None:
            return
        for split in splits:
            evaluation = self.evaluation("bound", split, self.bound, exact=True)
            bound = replace(evaluation, program_id="")
            self.archive.add_assessment(
                NAME, Assessment(role=Role.BOUND, label="", program=None, evaluation=bound)
            )

    def trial(
        self,
        number: int,
        *,
        arm: Arm = Arm.SEARCH,
        name: str | None = None,
        factor: float = 1.3,
        verdict: Verdict = Verdict.OK,
        detail: str = "",
        operators: tuple[str, ...] = ("insert-guard",),
        duplicate: bool = False,
        idea: str = "wait for spot while there is slack",
    ) -> Trial:
        name = name or f"{arm}-{number}"
        rejected = verdict is Verdict.REJECTED
        evaluation = None
        if not duplicate and not rejected:
            evaluation = self.evaluation(
                name,
                Split.TRAIN,
                factor,
                verdict=verdict,
                detail=detail,
                exact=verdict is Verdict.OK,
            )
        source = None if rejected else program(name).source
        return Trial(
            arm=arm,
            number=number,
            operator="refine",
            parent_ids=(program("greedy").id,),
            proposal=Proposal(
                proposer=self.proposer,
                source=source,
                operators=operators,
                idea=idea,
                rejection=detail if rejected else "",
            ),
            program=None if rejected else program(name),
            evaluation=evaluation,
            duplicate_of=program(name).id if duplicate else None,
        )

    def search(self, arm: Arm, best: float, *, trials: int = 60) -> None:
        """Add trials of which every twelfth is better, down (or up) to `best`."""
        steps = max(trials // 12, 1)
        start = self._initial_factor
        for number in range(1, trials + 1):
            step = -(-number // 12)
            factor = start + (best - start) * min(step / steps, 1.0)
            self.archive.add_trial(NAME, self._searched(arm, number, factor))

    def _searched(self, arm: Arm, number: int, factor: float) -> Trial:
        kinds = ("insert-guard", "constants", "crossover", "swap")
        match number % 12:
            case 1:
                return self.trial(number, arm=arm, factor=factor, operators=(kinds[number % 4],))
            case 3:
                lesson = f"deadline missed by {number} s in train/{number:04d}"
                return self.trial(number, arm=arm, verdict=Verdict.INVALID, detail=lesson)
            case 5:
                return self.trial(number, arm=arm, duplicate=True)
            case 7 if number < 24:
                detail = "ZeroDivisionError: float division by zero"
                return self.trial(number, arm=arm, verdict=Verdict.EXCEPTION, detail=detail)
            case _:
                return self.trial(number, arm=arm, factor=self._initial_factor)

    def call(
        self,
        trial: int,
        outcome: CallOutcome = CallOutcome.OK,
        *,
        model: str = "openai/small",
        purpose: Purpose = Purpose.PROPOSE,
        usage: Usage | None = None,
        usd: float | None = 0.01,
        **more: Any,
    ) -> Call:
        """Add an attempt at a model call to the archive; a failed one took nothing."""
        answered = outcome is CallOutcome.OK
        messages = (Message(role=Speaker.USER, content=f"Change it. This is trial {trial}."),)
        call = Call(
            site=CallSite(
                arm=Arm.SEARCH, trial=trial, operator="refine", purpose=purpose, asked_after=0
            ),
            request=CallRequest(model=model, messages=messages, settings={"max_tokens": 400}),
            attempt=1,
            outcome=outcome,
            text="IDEA: another constant" if answered else "",
            finish="stop" if answered else "",
            error="" if answered else f"HTTP: {outcome}",
            usage=usage or (SPENT if answered else Usage()),
            cost_usd=usd if answered or usage else None,
            latency_s=0.25,
            created_at="2026-01-02T03:04:05.678+00:00",
        )
        call = replace(call, **more)
        self.archive.add_call(NAME, call)
        return call

    def ablate(self, champion: str, changes: Sequence[tuple[str, float | Verdict]]) -> None:
        """Assess programs that lack a change: their text, and a factor or how they ended."""
        for number, (text, outcome) in enumerate(changes, start=1):
            verdict = outcome if isinstance(outcome, Verdict) else Verdict.OK
            factor = 1.0 if isinstance(outcome, Verdict) else outcome
            evaluation = self.evaluation(champion, Split.VALIDATION, factor, verdict=verdict)
            lacking = Program.of(text)
            self.archive.add_assessment(
                NAME,
                Assessment(
                    role=Role.ABLATION,
                    label=str(number),
                    program=lacking,
                    evaluation=replace(evaluation, program_id=lacking.id),
                ),
            )

    def conclude(
        self, best: str, *, improved: bool, control: str | None = "control", reason: str = "because"
    ) -> None:
        self.archive.conclude(
            NAME,
            Conclusion(
                champion=program(best if improved else "greedy"),
                champion_trial=49 if improved else None,
                best=program(best),
                control=None if control is None else program(control),
                improved=improved,
                reason=reason,
            ),
            spent_s=41.0,
        )

    def finished(
        self,
        *,
        champion: float = 0.87,
        control: float | None = 0.91,
        heldout: float | None = None,
        shifted: float | None = None,
        improved: bool = True,
    ) -> RunSummary:
        """A whole run whose best program and control have these factors."""
        compared = tuple(COUNTS)
        self.humans(compared)
        self.search(Arm.SEARCH, champion)
        if control is not None:
            self.search(Arm.CONTROL, control)
            self.assess(Role.CONTROL, "control", compared, control)
        seen = (Split.TRAIN, Split.VALIDATION)
        self.assess(Role.CHAMPION, "champion", seen, champion)
        self.assess(Role.CHAMPION, "champion", (Split.HELDOUT,), heldout or champion)
        self.assess(Role.CHAMPION, "champion", (Split.SHIFTED,), shifted or heldout or champion)
        self.conclude("champion", improved=improved, control=None if control is None else "control")
        return self.summary()

    def summary(self) -> RunSummary:
        record = self.archive.run(NAME)
        return summarise(self.archive, record, self.facts, saved=f"runs/{NAME}/best.py")


@pytest.fixture(scope="session")
def make_book() -> Callable[..., RunBook]:
    return RunBook


@pytest.fixture
def paper() -> Callable[[int], Console]:
    """Make a console of a given width that writes plain text to a string."""

    def make(width: int) -> Console:
        return Console(file=StringIO(), width=width, height=40, color_system=None)

    return make


def problem_of(book: RunBook) -> Problem:
    """The book's problem as the engine announces it."""
    baselines = tuple(
        Baseline(name=b.name, title=b.title, program=program(b.name)) for b in book.facts.baselines
    )
    return Problem(
        name="spot",
        title=book.facts.title,
        statement="",
        location="/nowhere",
        evaluator="spot",
        params={},
        objective=book.objective,
        initial=program("greedy"),
        baselines=baselines,
        reference="uniform",
        splits={s: SplitSpec(split=s, count=n, choices={}) for s, n in COUNTS.items()},
        limits=Limits(),
        vocabulary=Vocabulary(),
        parts={},
    )


def _told(trials: Iterable[Trial], start: float, objective: Objective) -> Iterator[TrialTold]:
    best = start
    for trial in trials:
        improved = trial.score is not None and objective.better(trial.score, best)
        if improved and trial.score is not None:
            best = trial.score
        yield TrialTold(trial=trial, improved=improved, best_score=best, niches=4, replayed=False)


def events_of(book: RunBook) -> list[Event]:
    """Tell a finished run the way the engine does."""
    archive = book.archive
    assessments = list(archive.assessments(NAME))
    train = [a for a in assessments if a.evaluation.split is Split.TRAIN]
    human = [a for a in train if a.role in (Role.INITIAL, Role.BASELINE, Role.BOUND)]
    initial = next(a.evaluation.score for a in human if a.role is Role.INITIAL)
    assert initial is not None
    events: list[Event] = [
        RunStarted(
            record=book.record(),
            problem=problem_of(book),
            isolation=book.isolation,
            workers=2,
            resumed=False,
        ),
        PhaseStarted(phase=Phase.BASELINES, total=4),
        *(Assessed(assessment=a) for a in human),
    ]
    for arm, phase in ((Arm.SEARCH, Phase.SEARCH), (Arm.CONTROL, Phase.CONTROL)):
        events.append(PhaseStarted(phase=phase, total=book.evals))
        events.extend(_told(archive.trials(NAME, arm), initial, book.objective))
        events.append(ArmEnded(arm=arm, reason="the budget is used up", complete=True))
    events.append(PhaseStarted(phase=Phase.HELDOUT, total=4))
    events.extend(Assessed(assessment=a) for a in assessments if a.evaluation.split.held_out)
    events.append(Warned(message="3 repeats differ [red]\x1b[2J"))
    record = archive.run(NAME)
    events.append(RunEnded(record=record, conclusion=archive.conclusion(NAME)))
    return events


@pytest.fixture
def tell() -> Callable[[RunBook], list[Event]]:
    return events_of


GREEDY = "def decide(obs):\n    return 'greedy'\n"
CHANGES = ((GREEDY, 1.18), ("def decide(obs):\n    pass\n", Verdict.EXCEPTION), ("", 0.87))


def _with_models(calls: int = 20) -> RunSummary:
    use = ModelUse(models=("openai/small:0.7", "openai/large@strong"), calls=calls, usd=0.1)
    book = RunBook(models=use, proposer="openai/small, openai/large")
    for number in range(1, 20):
        model = "openai/large" if number % 5 == 0 else "openai/small"
        book.call(number, model=model, usd=None if number == 5 else 0.0123)
    book.call(13, model="openai/small", purpose=Purpose.REPAIR)
    book.call(20, CallOutcome.TIMEOUT, model="openai/large")
    book.call(21, model="openai/small", cached_from="red-hen", usd=0.02)
    return book.finished()


def _unfinished(status: RunStatus, *, trials: int) -> RunSummary:
    book = RunBook()
    book.humans((Split.TRAIN,))
    book.search(Arm.SEARCH, 0.9, trials=trials)
    book.archive.set_status(NAME, status, spent_s=3.0)
    return book.summary()


def _ended(*trials: Verdict) -> RunSummary:
    """A run that ended without a valid program."""
    book = RunBook()
    book.humans((Split.TRAIN,))
    for number, verdict in enumerate(trials, start=1):
        book.archive.add_trial(NAME, book.trial(number, verdict=verdict, detail="no such name x1"))
    book.conclude("greedy", improved=False, control=None)
    return book.summary()


def _weak() -> RunSummary:
    book = RunBook(isolation=IsolationLevel.L0)
    seen = (Split.TRAIN, Split.VALIDATION)
    book.humans(seen)
    book.search(Arm.SEARCH, 0.87)
    book.assess(Role.CHAMPION, "champion", seen, 0.87)
    refusal = IsolationLevel.L0.heldout_refusal
    book.conclude("champion", improved=False, control=None, reason=f"better, but {refusal}")
    return book.summary()


def _ablated() -> RunSummary:
    book = RunBook()
    book.ablate("champion", CHANGES)
    return book.finished()


def _raced() -> RunSummary:
    """A run with races: two stopped early, one played on to check the stop; one result differs."""
    book = RunBook()
    book.humans((Split.TRAIN,))
    for number in range(1, 6):
        made = book.trial(number, name=f"p{number}", factor=1.0 + number / 100)
        assert made.evaluation is not None
        raced = replace(made.evaluation, rival=program("greedy").id, scenarios=COUNTS[Split.TRAIN])
        if number in (2, 3):
            raced = replace(raced, verdict=Verdict.BEHIND, score=None, values=(), scenarios=7)
        if number == 4:
            raced = replace(raced, behind_after=11)
        book.archive.add_trial(NAME, replace(made, evaluation=raced))
    book.archive.add_trial(NAME, book.trial(6, verdict=Verdict.NONDETERMINISTIC, detail="differs"))
    book.archive.set_status(NAME, RunStatus.INTERRUPTED, spent_s=3.0)
    return book.summary()


@pytest.fixture(scope="session")
def kinds() -> dict[str, RunSummary]:
    """A summary of every kind of run that a report must tell of."""
    return {
        "improved": _ablated(),
        "with models": _with_models(),
        "over budget": _with_models(calls=5),
        "raced": _raced(),
        "no control": RunBook(control=False).finished(control=None),
        "not significant": RunBook().finished(champion=1.0, improved=False),
        "not confirmed": RunBook().finished(champion=0.97, heldout=1.0),
        "interrupted": _unfinished(RunStatus.INTERRUPTED, trials=40),
        "killed at once": _unfinished(RunStatus.RUNNING, trials=0),
        "empty": RunBook().summary(),
        "nothing tried": _ended(),
        "failed": _ended(Verdict.REJECTED, Verdict.REJECTED, Verdict.EXCEPTION, Verdict.TIMEOUT),
        "no bound": RunBook(bound=None).finished(),
        "alarm": RunBook().finished(champion=0.7),
        "large": RunBook(scale=1e7).finished(),
        "weak": _weak(),
    }
