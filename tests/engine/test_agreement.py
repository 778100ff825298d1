"""Two runs agree when everything that they were told does."""

from dataclasses import replace

import pytest

from adrs.archive.memory import MemoryArchive
from adrs.core.trial import Trial
from adrs.engine.agreement import first_difference
from adrs.testing.archive_values import a_record, a_trial


def differing(ours: list[Trial], theirs: list[Trial]) -> str:
    archive = MemoryArchive()
    for name, trials in (("one", ours), ("other", theirs)):
        archive.create_run(a_record(name))
        for trial in trials:
            archive.add_trial(name, trial)
    return first_difference(archive, "one", "other")


@pytest.fixture
def trials() -> list[Trial]:
    return [replace(a_trial(number), arrival=number) for number in (1, 2, 3)]


def test_places_that_a_kill_left_empty_are_no_difference(trials: list[Trial]) -> None:
    assert differing([*trials[:2], replace(trials[2], arrival=7)], trials) == ""


def test_what_was_told_is_compared_in_its_order(trials: list[Trial]) -> None:
    other = replace(trials[1], asked_after=1)
    assert differing(trials, [trials[0], other, trials[2]]) == (
        "search differs at trial 2, told at place 2"
    )
    assert differing(trials, [trials[1], trials[0], trials[2]]) == (
        "search differs at trial 1, told at place 1"
    )
    assert differing(trials, trials[:2]) == "search ends after 2 trials in one of them"
