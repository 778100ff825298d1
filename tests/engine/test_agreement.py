"""Two runs agree when everything that they were told does."""

from dataclasses import replace

import pytest

from adrs.archive.memory import MemoryArchive
from adrs.core.program import Program
from adrs.core.run import Conclusion
from adrs.core.trial import Arm, Trial
from adrs.engine.agreement import first_difference
from adrs.testing.archive_values import a_conclusion, a_record, a_trial

CHAMPION, OTHER = Program.of("x = 3\n"), Program.of("x = 4\n")
CONCLUSION = a_conclusion(CHAMPION, control=CHAMPION)


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


def test_the_control_is_compared_as_the_search_is() -> None:
    ours, theirs = ([a_trial(1), a_trial(number, Arm.CONTROL)] for number in (1, 2))
    assert differing(ours, theirs) == "control differs at trial 1, told at place 1"
    assert differing(ours, ours[:1]) == "control ends after 0 trials in one of them"


def test_times_and_who_proposed_are_no_difference(trials: list[Trial]) -> None:
    first = trials[0]
    assert first.evaluation is not None
    again = replace(
        first,
        evaluation=replace(first.evaluation, cpu_s=first.evaluation.cpu_s + 1.0),
        proposal=replace(first.proposal, proposer="replay"),
    )
    assert differing([again, *trials[1:]], trials) == ""


def concluded(ours: Conclusion | None, theirs: Conclusion | None) -> str:
    archive = MemoryArchive()
    for name, conclusion in (("one", ours), ("other", theirs)):
        archive.create_run(a_record(name))
        if conclusion is not None:
            archive.conclude(name, conclusion, spent_s=1.0)
    return first_difference(archive, "one", "other")


@pytest.mark.parametrize(
    ("what", "conclusion"),
    [
        ("champion", replace(CONCLUSION, champion=OTHER)),
        ("best", replace(CONCLUSION, best=OTHER)),
        ("control", replace(CONCLUSION, control=None)),
        ("improved", replace(CONCLUSION, improved=False)),
        ("champion_trial", replace(CONCLUSION, champion_trial=None)),
    ],
)
def test_what_was_decided_is_compared(what: str, conclusion: Conclusion) -> None:
    assert concluded(CONCLUSION, CONCLUSION) == ""
    assert concluded(CONCLUSION, conclusion) == f"the conclusions differ in '{what}'"


def test_a_run_that_is_not_finished_differs_from_one_that_is() -> None:
    assert concluded(None, None) == ""
    assert concluded(CONCLUSION, None) == "one of them is not finished"
    assert concluded(None, CONCLUSION) == "one of them is not finished"
