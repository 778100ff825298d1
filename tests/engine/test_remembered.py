"""A replay of measured values goes on with what was measured then, where both agree."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from adrs.core.evaluation import Evaluation, Verdict
from adrs.core.isolation import IsolationLevel
from adrs.core.objective import Direction, Objective
from adrs.core.program import Program
from adrs.core.scenario import Split
from adrs.engine.remembered import Recorded, RememberedEvaluations

SPEED = Objective(metric="speed", unit="", direction=Direction.MAXIMIZE, step=0.5)
PROGRAM = Program.of("x = 1\n")
KNOWN = Evaluation(
    program_id=PROGRAM.id,
    split=Split.TRAIN,
    verdict=Verdict.OK,
    score=2.0,
    values=(2.0, 2.0),
    fingerprint="same",
    cpu_s=1.0,
    isolation=IsolationLevel.L3,
    evaluator="line 1",
)
FAILED = replace(
    KNOWN, verdict=Verdict.EXCEPTION, detail="no", score=None, values=(), fingerprint=""
)


class Measured:
    """Answers with what it was given, in turn."""

    level = IsolationLevel.L3
    workers = 1

    def __init__(self, answers: Sequence[Evaluation]) -> None:
        self._answers = list(answers)
        self._tickets: list[int] = []

    def submit(
        self, ticket: int, program: Program, split: Split, rival: Evaluation | None = None
    ) -> None:
        self._tickets.append(ticket)

    def collect(self, wake: int | None = None) -> tuple[int, Evaluation] | None:
        return (self._tickets.pop(0), self._answers.pop(0)) if self._tickets else None

    def evaluate(self, programs: Sequence[Program], split: Split) -> list[Evaluation]:
        return [self._answers.pop(0) for _ in programs]

    def bounds(self, split: Split) -> tuple[float, ...]:
        return (4.0, 4.0)

    def set_bounds(self, split: Split, values: tuple[float, ...]) -> None:
        raise AssertionError("nobody computed bounds")


def measured(value: float) -> Evaluation:
    return replace(KNOWN, score=value, values=(value, value), cpu_s=7.0)


@pytest.mark.parametrize(
    ("fresh", "given"),
    [
        (measured(2.5), replace(KNOWN, cpu_s=7.0)),
        (measured(1.5), replace(KNOWN, cpu_s=7.0)),
        (measured(3.0), measured(3.0)),
        (replace(measured(2.5), values=(2.0, 3.0)), replace(measured(2.5), values=(2.0, 3.0))),
        (replace(measured(2.0), fingerprint="other"), replace(measured(2.0), fingerprint="other")),
        (replace(measured(2.5), split=Split.STRESS), replace(measured(2.5), split=Split.STRESS)),
        (FAILED, FAILED),
    ],
)
def test_what_agrees_within_a_step_is_given_as_it_was_recorded(
    fresh: Evaluation, given: Evaluation
) -> None:
    at_once = RememberedEvaluations(Measured([fresh]), Recorded(assessments=[KNOWN]), SPEED)
    assert at_once.evaluate([PROGRAM], Split.TRAIN) == [given]
    in_turn = RememberedEvaluations(Measured([fresh]), Recorded(trials=[KNOWN]), SPEED)
    in_turn.submit(3, PROGRAM, Split.TRAIN)
    assert in_turn.collect() == (3, given)


def test_what_failed_then_is_not_given_for_what_is_valid_now() -> None:
    known = Recorded(assessments=[FAILED])
    now = RememberedEvaluations(Measured([measured(2.0)]), known, SPEED)
    assert now.evaluate([PROGRAM], Split.TRAIN) == [measured(2.0)]


def test_a_program_that_was_measured_twice_is_remembered_in_that_order() -> None:
    known = Recorded(assessments=[measured(2.0), measured(2.5)])
    now = RememberedEvaluations(Measured([measured(2.5), measured(2.0)]), known, SPEED)
    given = [now.evaluate([PROGRAM], Split.TRAIN)[0].score for _ in known.assessments]
    assert given == [2.0, 2.5]


def test_what_a_tuning_tries_uses_up_no_assessment() -> None:
    validated = replace(KNOWN, split=Split.VALIDATION)
    tried, later = (replace(measured(2.5), split=Split.VALIDATION) for _ in range(2))
    known = Recorded(trials=[KNOWN], assessments=[validated])
    now = RememberedEvaluations(Measured([tried, later]), known, SPEED)
    now.submit(1, PROGRAM, Split.VALIDATION)
    assert now.collect() == (1, tried)
    assert now.evaluate([PROGRAM], Split.VALIDATION)[0].score == KNOWN.score


def test_the_end_of_waiting_and_the_bounds_are_passed_on() -> None:
    now = RememberedEvaluations(Measured([]), Recorded(), SPEED)
    assert now.collect() is None
    assert now.bounds(Split.TRAIN) == (4.0, 4.0)
    assert (now.level, now.workers) == (IsolationLevel.L3, 1)
