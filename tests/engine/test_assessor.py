"""What was assessed once is known from then on, by the scorers and by whoever resumes the run."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from adrs.archive.memory import MemoryArchive
from adrs.core.evaluation import Evaluation, Verdict
from adrs.core.events import Assessed, Event
from adrs.core.isolation import IsolationLevel
from adrs.core.program import Program
from adrs.core.run import Role
from adrs.core.scenario import Split
from adrs.engine.assessor import Assessor, Entrant
from adrs.engine.ending import Stopped
from adrs.testing.archive_values import RUN, a_record

ONE, TWO = (Entrant(label=name, program=Program.of(f"x = {name}\n")) for name in "12")
VALID = Split.VALIDATION


class Scorers:
    """Evaluate everything alike, and remember what they were asked and told."""

    level = IsolationLevel.L3

    def __init__(self) -> None:
        self.evaluated: list[str] = []
        self.asked_bounds: list[Split] = []
        self.told_bounds: dict[Split, tuple[float, ...]] = {}

    def evaluate(self, programs: Sequence[Program], split: Split) -> list[Evaluation]:
        self.evaluated += [program.id for program in programs]
        return [
            Evaluation(
                program_id=program.id,
                split=split,
                verdict=Verdict.OK,
                score=1.0,
                values=(1.0, 1.0),
                isolation=self.level,
                evaluator="toy 1",
            )
            for program in programs
        ]

    def bounds(self, split: Split) -> tuple[float, ...]:
        self.asked_bounds.append(split)
        return (0.25, 0.75)

    def set_bounds(self, split: Split, values: tuple[float, ...]) -> None:
        self.told_bounds[split] = values


class Stop:
    requested = False


Sitting = tuple[Assessor, Scorers, list[Event], Stop]


@pytest.fixture
def sit() -> Callable[[], Sitting]:
    """Begin one more sitting of a run."""
    archive = MemoryArchive()
    archive.create_run(a_record())

    def begin() -> Sitting:
        scorers: Any = Scorers()
        told: list[Event] = []
        stop = Stop()
        assessor = Assessor(
            archive=archive,
            run=RUN,
            evaluations=scorers,
            instrument="toy 1",
            sink=told.append,
            stop=stop,
        )
        assessor.read_back()
        return assessor, scorers, told, stop

    return begin


def written(told: Sequence[Event]) -> list[tuple[Role, str]]:
    return [(e.assessment.role, e.assessment.label) for e in told if isinstance(e, Assessed)]


def test_a_program_is_evaluated_once_and_written_in_every_role(sit: Callable[[], Sitting]) -> None:
    assessor, scorers, told, _ = sit()
    results = assessor.assess(Role.BASELINE, [ONE, TWO, ONE], VALID)
    assert results == [*assessor.assess(Role.CANDIDATE, [ONE, TWO], VALID), results[0]]
    assert scorers.evaluated == [ONE.program.id, TWO.program.id]
    assert written(told) == [(Role.BOUND, "")] + [
        (role, label) for role in (Role.BASELINE, Role.CANDIDATE) for label in "12"
    ]
    assessor.assess(Role.CANDIDATE, [ONE], Split.TRAIN)
    assert scorers.evaluated[2:] == [ONE.program.id]
    assert assessor.bounds(Split.STRESS) == (0.25, 0.75)
    assert isinstance(told[-1], Assessed)
    assert told[-1].assessment.evaluation.score == 0.5


def test_who_resumes_evaluates_and_writes_nothing_again_and_tells_the_scorers_the_bounds(
    sit: Callable[[], Sitting],
) -> None:
    assessor, _, before, _ = sit()
    assessor.assess(Role.BASELINE, [ONE], VALID)
    assessor, scorers, told, _ = sit()
    assert told == before
    assessor.assess(Role.BASELINE, [ONE], VALID)
    assert told == before
    assessor.assess(Role.BASELINE, [TWO], VALID)
    assert scorers.evaluated == [TWO.program.id]
    assert scorers.asked_bounds == []
    assert scorers.told_bounds == {VALID: (0.25, 0.75)}
    assert assessor.bounds(VALID) == (0.25, 0.75)


def test_a_stop_leaves_out_what_is_not_known(sit: Callable[[], Sitting]) -> None:
    assessor, scorers, _, stop = sit()
    assessor.assess(Role.BASELINE, [ONE], VALID)
    stop.requested = True
    assert assessor.assess(Role.CANDIDATE, [ONE], VALID)[0].ok
    with pytest.raises(Stopped):
        assessor.assess(Role.CANDIDATE, [ONE, TWO], VALID)
    assert scorers.evaluated == [ONE.program.id]
