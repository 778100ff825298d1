"""A run that ended after validation, because its host could not keep held-out workloads secret."""

import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from rich.console import Console

from adrs.core.isolation import IsolationLevel
from adrs.core.program import Program
from adrs.core.run import Role
from adrs.core.scenario import Split
from adrs.core.trial import Arm
from adrs.report.run.appendix import to_markdown
from adrs.report.run.console import render_report
from adrs.report.run.jsonreport import to_json
from adrs.report.run.model import Finding

MakeBook = Callable[..., Any]
L1 = IsolationLevel.L1
SEEN = (Split.TRAIN, Split.VALIDATION)
REFUSAL = (
    "held-out not scored: isolation L1 (separate process and resource limits); "
    "run it on a host with L2"
)


def concluded(book: Any, *, champion: float = 0.87, reason: str = "") -> Any:
    """A run without held-out results."""
    book.humans(SEEN)
    book.search(Arm.SEARCH, champion)
    book.assess(Role.CHAMPION, "champion", SEEN, champion)
    book.conclude("champion", improved=False, control=None, reason=reason)
    return book.summary()


def test_levels_below_l2_say_why_they_do_not_score_held_out_workloads() -> None:
    assert L1.heldout_refusal == REFUSAL
    assert [level for level in IsolationLevel if level.heldout_refusal] == [IsolationLevel.L0, L1]


def test_better_on_validation_is_said_and_not_called_an_improvement(make_book: MakeBook) -> None:
    summary = concluded(make_book(isolation=L1), reason=f"better on validation, but {REFUSAL}")
    assert summary.verdict.finding is Finding.UNASSESSED
    assert summary.verdict.sentence == (
        "Better on validation (cost 12.8 % below Uniform Progress [12.3, 13.4]), but "
        f"{REFUSAL}. The initial program stands."
    )
    assert summary.integrity.heldout_refusal == REFUSAL
    markdown = to_markdown(summary, program=Program.of("y = 1\n"))
    assert "## The best program, not scored on held-out workloads" in markdown
    assert "no significant improvement" not in markdown
    assert summary.run.next[0] == "adrs doctor"
    assert any("weak isolation: L1" in flag for flag in summary.integrity.flags)


def test_not_better_on_validation_is_said_first(make_book: MakeBook) -> None:
    book = make_book(isolation=L1, noise=0.2)
    summary = concluded(book, champion=1.0, reason="within noise of greedy on validation")
    assert summary.verdict.finding is Finding.NOT_SIGNIFICANT
    assert summary.verdict.sentence.startswith("No significant improvement: ")
    assert summary.verdict.notes[-1] == f"Held-out{REFUSAL[8:]}."


@pytest.mark.parametrize("width", [60, 80, 140])
def test_table_and_document_say_so_too(
    make_book: MakeBook, paper: Callable[[int], Console], width: int
) -> None:
    summary = concluded(make_book(isolation=L1), reason=f"better, but {REFUSAL}")
    console = paper(width)
    render_report(summary, console)
    assert isinstance(console.file, io.StringIO)
    lines = console.file.getvalue().splitlines()
    (heading,) = (line for line in lines if "held-out  " in line and "shifted" in line)
    assert heading.split()[-3:] == ["validation", "held-out", "shifted"] or width == 60
    (row,) = (line for line in lines if line.startswith(" best found"))
    assert row.count("not scored") == 2
    assert json.loads(to_json(summary))["integrity"]["heldout_refusal"] == REFUSAL


def test_run_that_was_held_out_refuses_nothing(make_book: MakeBook) -> None:
    assert make_book(isolation=L1).finished().integrity.heldout_refusal == ""
    unfinished = make_book(isolation=L1)
    unfinished.humans(SEEN)
    assert unfinished.summary().integrity.heldout_refusal == ""


def test_conclusion_without_held_out_results_on_a_good_host_blames_no_host(
    make_book: MakeBook,
) -> None:
    summary = concluded(make_book(), reason="within noise")
    assert summary.integrity.heldout_refusal == ""
