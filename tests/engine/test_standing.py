"""What a search has come to, and what of it bars a program from being tried."""

from dataclasses import replace

import pytest

from adrs.core.objective import Direction, Objective
from adrs.core.program import Program
from adrs.core.trial import Trial
from adrs.engine.standing import Standing
from adrs.testing.archive_values import a_trial

INITIAL = Program.of("x = 0\n")


@pytest.fixture
def trial() -> Trial:
    trial = a_trial(1)
    assert trial.program is not None
    return trial


@pytest.fixture
def standing(trial: Trial) -> Standing:
    assert trial.evaluation is not None
    objective = Objective(metric="cost", unit="$", direction=Direction.MINIMIZE)
    return Standing(objective, INITIAL, trial.evaluation)


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
