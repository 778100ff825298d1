"""What a report makes of a value that was measured on its host."""

from collections.abc import Callable
from typing import Any

import pytest

from adrs.core.objective import Direction, Objective
from adrs.core.scenario import Split
from adrs.core.trial import Arm
from adrs.report.run.console import fact_lines
from adrs.report.run.model import RowKind, RunSummary

MakeBook = Callable[..., Any]
SURE = Objective(metric="cost", unit="$", direction=Direction.MINIMIZE)
TIMED = Objective(metric="time", unit="s", direction=Direction.MINIMIZE, step=0.25)


def repeated(book: Any) -> RunSummary:
    book.humans((Split.TRAIN,))
    book.archive.add_trial("amber-fox", book.trial(1, name="x", factor=0.9))
    again = book.trial(1, name="x", factor=0.9005, arm=Arm.CONTROL)
    book.archive.add_trial("amber-fox", again)
    summary: RunSummary = book.summary()
    return summary


@pytest.mark.parametrize(("objective", "flags"), [(SURE, 1), (TIMED, 0)])
def test_repeats_within_a_step_of_each_other_are_no_flag(
    make_book: MakeBook, objective: Objective, flags: int
) -> None:
    integrity = repeated(make_book(objective=objective)).integrity
    assert integrity.repeats == 1
    assert len(integrity.flags) == flags


def test_intervals_reach_a_step_further(make_book: MakeBook) -> None:
    sure, timed = (make_book(objective=o).finished() for o in (SURE, TIMED))
    for kind in (RowKind.CHAMPION, RowKind.CONTROL):
        ends = []
        for summary in (sure, timed):
            row = next(r for r in summary.rows if r.kind is kind)
            change = next(r for r in row.results if r.split is Split.HELDOUT).change
            assert change is not None
            ends.append((change.mean, change.low, change.high))
        (mean, low, high), (same, lower, higher) = ends
        assert mean == same
        assert low - lower == pytest.approx(higher - high)
        assert low - lower > 0.0


def test_the_report_says_that_a_value_was_measured(make_book: MakeBook) -> None:
    sure, timed = (make_book(objective=o).finished() for o in (SURE, TIMED))
    facts = "\n".join(line.plain for line in fact_lines(timed, 100))
    assert "time is measured, to within 0.250 s" in facts
    assert "measured" not in "\n".join(line.plain for line in fact_lines(sure, 100))
