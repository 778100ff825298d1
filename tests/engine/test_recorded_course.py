"""A run that follows a recorded one goes as that went, also when it is killed and resumed."""

from dataclasses import replace
from typing import Any

import pytest

from adrs.archive.memory import MemoryArchive
from adrs.core.trial import Arm, Trial
from adrs.engine.courses import ArrivalCourse, Passage, RecordedCourse

CHANGES: dict[str, Any] = {"evals": 40, "control": False}


def searched(archive: MemoryArchive) -> list[Trial]:
    return [
        replace(t, evaluation=t.evaluation and replace(t.evaluation, cpu_s=0.0))
        for t in archive.trials("test", Arm.SEARCH)
    ]


@pytest.fixture
def recorded(bench: Any) -> list[Trial]:
    """Trials whose proposals and evaluations came in orders of their own."""
    archive = MemoryArchive()
    bench.late = 1
    bench.course = lambda first: ArrivalCourse(slots=4, workers=3, first=first)
    bench.run(archive, workers=3, order=5, **CHANGES)
    trials = searched(archive)
    told = [t.number for t in trials]
    assert told != sorted(told)
    assert [t.arrival for t in trials] not in (told, sorted(told))
    passages = [
        Passage(number=t.number, asked_after=t.asked_after, arrival=t.arrival) for t in trials
    ]
    bench.course = lambda first: RecordedCourse(passages)
    return trials


def test_it_goes_as_the_recorded_run_went(bench: Any, recorded: list[Trial]) -> None:
    archive = MemoryArchive()
    bench.late = 2
    bench.run(archive, workers=2, order=7, **CHANGES)
    assert searched(archive) == recorded


@pytest.mark.parametrize("told", [1, 2, 3, 5, 8, 13, 21, 34])
def test_killed_and_resumed_it_does_so_too(bench: Any, recorded: list[Trial], told: int) -> None:
    archive = MemoryArchive()
    bench.late = 2
    bench.run_until_killed(archive, told=told, workers=2, order=7, **CHANGES)
    bench.late = 3
    bench.run(archive, workers=3, order=9, **CHANGES)
    assert searched(archive) == recorded
