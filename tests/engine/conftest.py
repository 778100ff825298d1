"""A tiny planner problem, solved in-process: find a line through hidden points."""

import os
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

import pytest

from adrs.archive.memory import MemoryArchive
from adrs.core.evaluation import Evaluation, Verdict
from adrs.core.events import Event, TrialTold
from adrs.core.isolation import IsolationLevel
from adrs.core.objective import Direction, Objective
from adrs.core.problem import Baseline, Limits, Problem
from adrs.core.program import Program
from adrs.core.run import RunConfig, RunRecord, RunStatus
from adrs.core.scenario import Split, SplitSpec
from adrs.core.seeds import derive_seed
from adrs.core.trial import Ask, Assignment, Proposal, Trial
from adrs.core.vocabulary import Vocabulary
from adrs.engine.courses import Course, OrderedCourse
from adrs.engine.proposals import InlineProposals
from adrs.engine.run import Run
from adrs.engine.staff import Searcher, Staff
from adrs.engine.tuning import Tuner
from adrs.errors import AdrsError
from adrs.evaluation.instrument import build_evaluator
from adrs.evaluation.scoring import Scoring, Task
from adrs.proposers.mutator.proposer import AstMutator, SingleEditMutator
from adrs.proposers.mutator.reduction import reductions
from adrs.proposers.protocol import Proposer
from adrs.search.greedy import GreedyStrategy
from adrs.search.operators import TUNE
from adrs.search.protocol import Strategy
from adrs.search.random import RandomStrategy
from adrs.testing.evaluations import ShuffledEvaluations
from adrs.testing.sandbox import InlineSandbox

EVALUATOR = f"file:{Path(__file__).parents[1] / 'doubles' / 'line_evaluator.py'}"
PROGRAM = """
# EVOLVE-BLOCK-START
def predict(x):
    slope = {slope}
    offset = {offset}
    return slope * x + offset
# EVOLVE-BLOCK-END
"""


def line(slope: float, offset: float) -> Program:
    return Program.of(PROGRAM.format(slope=slope, offset=offset))


VOCABULARY = Vocabulary(numeric=("slope", "offset"), terms=("x",), const_range=(0.01, 10.0))


def make_problem() -> Problem:
    splits = {s: SplitSpec(split=s, count=c) for s, c in zip(Split, (4, 12, 12, 6, 2), strict=True)}
    return Problem(
        name="line",
        title="A line",
        statement="Find it.",
        location="/nowhere",
        evaluator="line",
        params={},
        objective=Objective(metric="error", unit="", direction=Direction.MINIMIZE),
        initial=line(1.0, 0.0),
        baselines=(
            Baseline(name="flat", title="flat", program=line(0.0, 0.0)),
            Baseline(name="steep", title="steep", program=line(2.0, 0.0)),
        ),
        reference="steep",
        splits=splits,
        limits=Limits(),
        vocabulary=VOCABULARY,
        parts={"initial.py": "0"},
    )


@dataclass
class NeverStop:
    requested: bool = False


def ignore(event: Event) -> None:
    """Listen to nothing."""


class NoProposer:
    """Never has an idea."""

    name = "test/none@1"
    banner = ""

    def propose(self, ask: Ask, *, seed: int) -> Proposal:
        return Proposal(proposer=self.name, source=None, rejection="no idea")


class LateProposals:
    """Answers in an order of its own, some time later."""

    slots = 1

    def __init__(self, proposer: Proposer, *, seed: int) -> None:
        self._inline = InlineProposals(proposer)
        self._done: list[tuple[int, Proposal | AdrsError]] = []
        self._random = Random(seed)
        self.wake, self._signal = os.pipe()
        os.write(self._signal, b"\0")  # what it waits for may have come at any time

    def submit(self, assignment: Assignment) -> None:
        self._inline.submit(assignment)
        answer = self._inline.take()
        assert answer is not None
        self._done.append(answer)

    def take(self) -> tuple[int, Proposal | AdrsError] | None:
        if not self._done or self._random.random() < 0.5:
            return None
        return self._done.pop(self._random.randrange(len(self._done)))

    def notices(self) -> list[str]:
        return []

    def spending(self) -> None:
        """Make no calls."""

    def finish(self) -> None:
        """Wait for nothing: everything is answered at once."""

    def __enter__(self) -> "LateProposals":
        return self

    def __exit__(self, *_exc: object) -> None:
        os.close(self.wake)
        os.close(self._signal)


class FragilePrograms(ShuffledEvaluations):
    """Finds a fault on the stress shapes in the first programs that it sees there.

    Attributes:
        faults: in how many.
    """

    faults = 0

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._stressed: list[str] = []

    def evaluate(self, programs: Sequence[Program], split: Split) -> list[Evaluation]:
        done = super().evaluate(programs, split)
        return [self._spoilt(one) if split is Split.STRESS else one for one in done]

    def _spoilt(self, evaluation: Evaluation) -> Evaluation:
        if evaluation.program_id not in self._stressed:
            self._stressed.append(evaluation.program_id)
        if self._stressed.index(evaluation.program_id) >= self.faults:
            return evaluation
        return replace(evaluation, verdict=Verdict.EXCEPTION, score=None, values=())


class TuningGreedy(GreedyStrategy):
    """Asks to tune its best program every seventh time."""

    def ask(self, number: int) -> Ask:
        ask = super().ask(number)
        return replace(ask, operator=TUNE) if number % 7 == 0 else ask


class FickleGreedy(GreedyStrategy):
    """Asks to tune or to refine the same trial, as what was told until then has it."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._told = 0

    def ask(self, number: int) -> Ask:
        ask = super().ask(number)
        return replace(ask, operator=TUNE) if derive_seed(number, self._told) % 3 == 0 else ask

    def tell(self, trial: Trial) -> None:
        super().tell(trial)
        self._told += 1


class Jitter:
    """Scales every number of a line program by a few percent, in generations of four."""

    def __init__(self, source: str, seed: int, evaluations: int) -> None:
        self._source = source
        self._random = Random(seed)
        self._left = evaluations // 4

    def ask(self) -> list[str]:
        if not self._left:
            return []
        return [re.sub(r"\d+\.\d+", self._scaled, self._source) for _ in range(4)]

    def tell(self, fitnesses: Sequence[float | None]) -> None:
        assert len(fitnesses) == 4
        self._left -= 1

    def _scaled(self, number: re.Match[str]) -> str:
        return repr(round(float(number[0]) * self._random.uniform(0.9, 1.1), 4))


class JitterTuner:
    """A `Tuner` that needs no library."""

    name = "test/jitter@1"

    def __init__(self) -> None:
        self.warm = 0

    def warm_up(self) -> None:
        self.warm += 1

    def start(self, source: str, *, seed: int, evaluations: int) -> Jitter:
        return Jitter(source, seed, evaluations)


@dataclass
class Bench:
    """Makes and works on runs of the line problem."""

    problem: Problem
    evaluations: list[ShuffledEvaluations]
    level: IsolationLevel = IsolationLevel.L3
    tuner: Tuner | None = None
    strategy: Callable[..., Strategy] = GreedyStrategy
    course: Callable[[int], Course] | None = None
    late: int | None = None
    faults: int = 0

    def record(self, **changes: object) -> RunRecord:
        config: dict[str, Any] = {
            "problem": "line",
            "seed": 7,
            "strategy": "greedy",
            "proposer": "mutator/ast@1",
            "evals": 60,
            "time_s": None,
            "window": 6,
            "control": True,
            "params": {},
            **changes,
        }
        return RunRecord(
            name="test",
            config=RunConfig(**config),
            problem_parts=self.problem.parts,
            evaluator="line 1",
            adrs_version="0",
            created_at="2026-01-01T00:00:00+00:00",
            status=RunStatus.RUNNING,
        )

    def run(
        self,
        archive: MemoryArchive,
        *,
        workers: int = 1,
        order: int = 0,
        sink: Callable[[Event], None] | None = None,
        stop: NeverStop | None = None,
        **changes: object,
    ) -> Any:
        """Begin the run, or go on with it when the archive has it."""
        record = self.record(**changes)
        resumed = any(r.name == record.name for r in archive.runs())
        if not resumed:
            archive.create_run(record)
        staff = self._staff(record, archive, workers, order, sink or ignore, stop or NeverStop())
        return Run(archive.run("test"), self.problem, staff).execute(resumed=resumed)

    def run_until_killed(self, archive: MemoryArchive, *, told: int, **options: Any) -> None:
        """Begin the run, and die when so many trials were told."""
        left = told

        def die(event: Event) -> None:
            nonlocal left
            left -= isinstance(event, TrialTold)
            if left == 0:
                raise SystemExit("killed")

        with pytest.raises(SystemExit):
            self.run(archive, sink=die, **options)

    def _staff(
        self,
        record: RunRecord,
        archive: MemoryArchive,
        workers: int,
        order: int,
        sink: Callable[[Event], None],
        stop: NeverStop,
    ) -> Staff:
        problem = self.problem
        task = Task(
            problem=problem.name,
            evaluator="",
            params={},
            objective=problem.objective,
            splits=problem.splits,
            limits=problem.limits,
        )
        scoring = Scoring(task, build_evaluator(EVALUATOR, {}), InlineSandbox())
        evaluations = FragilePrograms(task, scoring, workers=workers, seed=order, level=self.level)
        evaluations.faults = self.faults
        self.evaluations.append(evaluations)
        seed, objective = record.config.seed, problem.objective
        none = record.config.proposer == "none"
        proposer = NoProposer() if none else AstMutator(VOCABULARY, size_cap_nodes=120)
        control = Searcher(
            proposals=lambda briefing: InlineProposals(SingleEditMutator(VOCABULARY)),
            course=lambda first: OrderedCourse(record.config.window),
            strategy=lambda evals: RandomStrategy(objective=objective, seed=seed, evals=evals),
        )
        search = Searcher(
            proposals=lambda briefing: (
                InlineProposals(proposer)
                if self.late is None
                else LateProposals(proposer, seed=self.late)
            ),
            course=self.course or (lambda first: OrderedCourse(record.config.window)),
            strategy=lambda evals: self.strategy(objective=objective, seed=seed, evals=evals),
            tuner=self.tuner,
        )
        ticks = count()
        return Staff(
            archive=archive,
            evaluations=evaluations,
            search=search,
            control=control if record.config.control else None,
            reducer=lambda source: reductions(source, start=problem.initial.source),
            sink=sink,
            stop=stop,
            clock=lambda: 0.01 * next(ticks),
        )


@pytest.fixture
def bench() -> Bench:
    return Bench(problem=make_problem(), evaluations=[])


@pytest.fixture
def tuning_bench() -> Bench:
    return Bench(problem=make_problem(), evaluations=[], tuner=JitterTuner(), strategy=TuningGreedy)


@pytest.fixture
def fickle_bench() -> Bench:
    return Bench(problem=make_problem(), evaluations=[], tuner=JitterTuner(), strategy=FickleGreedy)


@pytest.fixture
def never_stop() -> NeverStop:
    return NeverStop()
