from collections.abc import Callable
from dataclasses import replace

import pytest

from adrs.core.objective import Objective
from adrs.core.trial import Trial
from adrs.search.failures import FailureCounts
from adrs.search.member import member_of

Told = tuple[str, Callable[[Trial], FailureCounts]]


def _id(trial: Trial) -> str:
    assert trial.program is not None
    return trial.program.id


@pytest.fixture
def told(make_trial: Callable[..., Trial], objective: Objective) -> Told:
    """Failure counts that know parent p (score 2), and a function that tells one more trial."""
    counts = FailureCounts()

    def tell(trial: Trial) -> FailureCounts:
        counts.tell(trial, member_of(trial, objective))
        return counts

    parent = make_trial(0, 2.0)
    tell(parent)
    return _id(parent), tell


def test_unknown_program_has_not_failed() -> None:
    assert FailureCounts().failed("p") == 0
    assert FailureCounts().weight("p") == 1.0


@pytest.mark.parametrize("score", [None, 2.0, 3.0], ids=["failed", "neutral", "worse"])
def test_child_that_is_not_better_counts(
    make_trial: Callable[..., Trial], told: Told, score: float | None
) -> None:
    parent, tell = told
    tell(make_trial(1, score, parent=parent))
    counts = tell(make_trial(2, score, parent=parent))
    assert counts.failed(parent) == 2
    assert counts.weight(parent) == pytest.approx(1 / 3)


def test_duplicate_counts(make_trial: Callable[..., Trial], told: Told) -> None:
    parent, tell = told
    trial = replace(make_trial(1, 1.0, parent=parent), evaluation=None, duplicate_of=parent)
    assert tell(trial).failed(parent) == 1


def test_rejected_proposal_counts(make_trial: Callable[..., Trial], told: Told) -> None:
    parent, tell = told
    trial = replace(make_trial(1, 1.0, parent=parent), evaluation=None, program=None)
    assert tell(trial).failed(parent) == 1


def test_better_child_ends_the_row(make_trial: Callable[..., Trial], told: Told) -> None:
    parent, tell = told
    tell(make_trial(1, None, parent=parent))
    counts = tell(make_trial(2, 1.0, parent=parent))
    assert counts.failed(parent) == 0


def test_inspirations_are_not_blamed(make_trial: Callable[..., Trial], told: Told) -> None:
    donor, tell = told
    parent = _id(make_trial(1, 3.0))
    tell(make_trial(1, 3.0))
    trial = replace(make_trial(2, None), parent_ids=(parent, donor))
    counts = tell(trial)
    assert counts.failed(parent) == 1
    assert counts.failed(donor) == 0
