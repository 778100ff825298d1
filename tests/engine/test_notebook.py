"""What a prompt may know of the programs that it shows: train results, and what failed on them."""

from dataclasses import replace

import pytest

from adrs.core.evaluation import Verdict
from adrs.core.objective import Direction, Objective
from adrs.core.trial import Ask, Notes, Trial
from adrs.engine.notebook import MOST_FAILURES, Notebook
from adrs.search.operators import REFINE, TUNE
from adrs.testing.archive_values import a_trial

MINIMIZE, MAXIMIZE = (Objective(metric="m", unit="", direction=way) for way in Direction)


def told(number: int, score: float | None = 5.0, *, parent: Trial | None = None) -> Trial:
    """Return a trial with that score, or one that timed out."""
    trial = a_trial(number)
    assert trial.evaluation is not None
    evaluation = replace(trial.evaluation, score=score, fingerprint=str(number))
    if score is None:
        evaluation = replace(
            evaluation, verdict=Verdict.TIMEOUT, detail="too slow", failed_scenario="train/0003"
        )
    ids = () if parent is None or parent.program is None else (parent.program.id,)
    proposal = replace(trial.proposal, idea=f"idea {number}")
    return replace(trial, evaluation=evaluation, parent_ids=ids, proposal=proposal)


INITIAL = told(0)


def without_program(number: int) -> Trial:
    trial = told(number, parent=INITIAL)
    proposal = replace(trial.proposal, source=None, rejection="no block")
    return replace(trial, proposal=proposal, program=None, evaluation=None)


def acts_like_its_parent(number: int) -> Trial:
    trial = told(number, parent=INITIAL)
    assert trial.evaluation is not None
    return replace(trial, evaluation=replace(trial.evaluation, fingerprint="0"))


def noted(*trials: Trial, objective: Objective = MINIMIZE) -> Notes:
    """Return what is known when the initial program is to be changed again."""
    notebook = Notebook(objective)
    for trial in (INITIAL, *trials):
        notebook.tell(trial)
    assert INITIAL.program is not None
    notes = notebook.annotated(Ask(operator=REFINE, parent=INITIAL.program)).notes
    assert notes is not None
    return notes


@pytest.mark.parametrize(
    ("trial", "outcome"),
    [
        (told(1, None, parent=INITIAL), "timeout in train/0003: too slow"),
        (told(1, 6.0, parent=INITIAL), "no better: 6 against 5"),
        (told(1, 5.0, parent=INITIAL), "no better: 5 against 5"),
        (acts_like_its_parent(1), "decides the same as its parent everywhere"),
        (without_program(1), "no program: no block"),
        (
            replace(told(1, parent=INITIAL), evaluation=None, duplicate_of="0123"),
            "a program that was tried before",
        ),
    ],
)
def test_what_failed_on_a_parent_is_known(trial: Trial, outcome: str) -> None:
    (failure,) = noted(trial).failures
    assert (failure.idea, failure.outcome) == ("idea 1", outcome)


@pytest.mark.parametrize(
    "trial",
    [
        told(1, 4.0, parent=INITIAL),
        told(1, 6.0),
        told(1, 6.0, parent=told(2)),
        # Why a tuning was not accepted would tell of validation.
        replace(without_program(1), operator=TUNE),
        replace(told(1, 6.0, parent=INITIAL), operator=TUNE),
    ],
)
def test_gains_other_programs_failures_and_tunings_are_no_failures_on_it(trial: Trial) -> None:
    assert noted(trial).failures == ()


def test_a_program_that_mends_a_broken_one_is_no_failure_on_it() -> None:
    notebook, broken = Notebook(MINIMIZE), told(0, None)
    assert broken.program is not None
    for trial in (broken, told(1, 9.0, parent=broken)):
        notebook.tell(trial)
    notes = notebook.annotated(Ask(operator=REFINE, parent=broken.program)).notes
    assert notes is not None
    assert notes.failures == ()


def test_of_a_program_that_was_measured_twice_the_first_result_is_known() -> None:
    notebook = Notebook(MINIMIZE)
    first, again = told(1, 4.0), told(1, 3.0)
    for trial in (first, again):
        notebook.tell(trial)
    assert first.program is not None
    assert notebook.evaluation(first.program) == first.evaluation


def test_the_last_failures_come_first_and_old_ones_go() -> None:
    failures = noted(*(told(i, 6.0, parent=INITIAL) for i in range(1, MOST_FAILURES + 3))).failures
    assert [failure.idea for failure in failures] == [
        f"idea {i}" for i in range(MOST_FAILURES + 2, 2, -1)
    ]


@pytest.mark.parametrize(("objective", "best"), [(MINIMIZE, 4.0), (MAXIMIZE, 7.0)])
def test_the_best_score_and_the_results_of_the_programs_are_known(
    objective: Objective, best: float
) -> None:
    one, other = told(1, 4.0, parent=INITIAL), told(2, 7.0, parent=INITIAL)
    assert noted(one, told(3, None), other, objective=objective).best == best
    notebook = Notebook(objective)
    notebook.tell(one)
    assert one.program is not None
    assert other.program is not None
    ask = Ask(operator=REFINE, parent=one.program, inspirations=(other.program, one.program))
    kept = replace(ask, notes=Notes(parent=None, scratchpad="lessons"))
    notes = notebook.annotated(kept).notes
    assert notes is not None
    assert (notes.parent, notes.inspirations) == (one.evaluation, (None, one.evaluation))
    assert notes.scratchpad == "lessons"
    assert notebook.evaluation(other.program) is None
