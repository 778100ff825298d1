"""What a search has come to, and what of it bars a program from being tried."""

from dataclasses import replace

import pytest

from adrs.core.evaluation import Verdict
from adrs.core.objective import Direction, Objective
from adrs.core.program import Program
from adrs.core.trial import Trial
from adrs.engine.standing import BARREN, Standing
from adrs.search.operators import TUNE
from adrs.testing.archive_values import a_trial

MINIMIZE, MAXIMIZE = (Objective(metric="m", unit="", direction=way) for way in Direction)
INITIAL = Program.of("x = 0\n")


@pytest.fixture
def trial() -> Trial:
    trial = a_trial(1)
    assert trial.program is not None
    return trial


@pytest.fixture
def standing(trial: Trial) -> Standing:
    assert trial.evaluation is not None
    return Standing(MINIMIZE, INITIAL, trial.evaluation)


def test_a_program_is_tried_once_its_trial_is_noted(standing: Standing, trial: Trial) -> None:
    assert trial.program is not None
    assert standing.tried(INITIAL)
    assert not standing.tried(trial.program)
    standing.note(trial)
    assert standing.tried(trial.program)


def test_a_duplicate_alone_does_not_bar_its_program(standing: Standing, trial: Trial) -> None:
    assert trial.program is not None
    standing.tell(replace(trial, evaluation=None, duplicate_of=trial.program.id))
    assert not standing.tried(trial.program)


def told(number: int, score: float | None) -> Trial:
    """Return a trial with that score, or that failed."""
    trial = a_trial(number)
    assert trial.evaluation is not None
    verdict = Verdict.TIMEOUT if score is None else Verdict.OK
    return replace(trial, evaluation=replace(trial.evaluation, score=score, verdict=verdict))


def without_program(number: int, reason: str) -> Trial:
    proposal = replace(a_trial(number).proposal, source=None, rejection=reason)
    return replace(a_trial(number), proposal=proposal, program=None, evaluation=None)


@pytest.mark.parametrize(
    ("objective", "start", "improves", "best"),
    [
        (MINIMIZE, 5.0, [False, False, True, False, True], 3.0),
        (MAXIMIZE, 5.0, [False, True, False, False, False], 6.0),
        (MINIMIZE, None, [False, True, True, False, True], 3.0),
    ],
)
def test_an_improvement_is_better_than_all_before_it(
    objective: Objective, start: float | None, improves: list[bool], best: float
) -> None:
    first = told(0, start).evaluation
    assert first is not None
    standing = Standing(objective, INITIAL, first)
    scores = (None, 6.0, 4.0, 4.0, 3.0)
    assert [standing.tell(told(i, s)) for i, s in enumerate(scores, start=1)] == improves
    assert standing.best_score == best


def test_told_trials_in_a_row_without_an_evaluation_make_it_barren(standing: Standing) -> None:
    for tries in (BARREN - 1, BARREN):
        standing.tell(told(1, None))
        for _ in range(tries):
            assert not standing.barren
            standing.tell(replace(a_trial(2), evaluation=None, duplicate_of="0123"))
    assert standing.barren


def test_answers_in_a_row_without_a_program_are_counted_and_the_last_reason_kept(
    standing: Standing, trial: Trial
) -> None:
    standing.tell(without_program(1, "first"))
    standing.tell(replace(without_program(2, "nothing to tune"), operator=TUNE))
    standing.tell(without_program(3, "second"))
    assert (standing.fruitless, standing.last_rejection) == (2, "second")
    standing.tell(replace(trial, operator=TUNE))
    assert standing.fruitless == 2
    standing.tell(trial)
    assert standing.fruitless == 0
    standing.tell(without_program(4, "third"))
    standing.forgive()
    assert standing.fruitless == 0


def test_a_told_program_was_tried(standing: Standing, trial: Trial) -> None:
    assert trial.program is not None
    standing.tell(trial)
    assert standing.tried(trial.program)
