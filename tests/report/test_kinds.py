"""What a report says of runs that did not go the usual way."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from rich.console import Console

from adrs.core.run import Role, RunStatus
from adrs.core.scenario import Split
from adrs.core.trial import Arm
from adrs.report.run.console import render_report
from adrs.report.run.jsonreport import as_json
from adrs.report.run.model import Finding, RowKind

MakeBook = Callable[..., Any]


def text_of(summary: Any) -> str:
    console = Console(file=io.StringIO(), width=80, color_system=None)
    render_report(summary, console)
    assert isinstance(console.file, io.StringIO)
    return " ".join(console.file.getvalue().split())


def test_an_interrupted_run_tells_how_far_it_got_and_what_goes_on(kinds: dict[str, Any]) -> None:
    summary = kinds["interrupted"]
    text = text_of(summary)
    assert summary.verdict.finding is Finding.UNFINISHED
    assert "Not finished: interrupted after 37 of 500 evaluations. Best so far $" in text
    assert "nothing is confirmed on validation or held-out workloads yet" in text
    assert "best so far $89.4 ──" in text
    assert text.endswith("next adrs resume amber-fox")
    assert (summary.champion, summary.run.saved) == (None, None)
    assert summary.row(RowKind.CHAMPION) is None
    assert "adrs diff" not in text


def test_a_run_that_was_killed_at_once_may_still_be_at_work(kinds: dict[str, Any]) -> None:
    text = text_of(kinds["killed at once"])
    assert "0 of 500 evaluations so far; the run is being worked on, or was killed." in text
    assert "No program has beaten the initial one ($116.9 on train) so far." in text
    assert "attempts 0" in text


def test_an_empty_run_has_a_report(kinds: dict[str, Any]) -> None:
    summary = kinds["empty"]
    text = text_of(summary)
    assert summary.verdict.finding is Finding.UNFINISHED
    assert (summary.rows, summary.curves, summary.scenarios) == ((), (), None)
    assert "No valid program so far." in text
    assert "0 flags" in text
    assert text.endswith("next adrs resume amber-fox")


def test_a_search_that_tried_nothing_says_so(kinds: dict[str, Any]) -> None:
    summary = kinds["nothing tried"]
    assert summary.verdict.finding is Finding.NOTHING_VALID
    assert "Nothing was tried: the search ended before its first program." in text_of(summary)


def test_a_failed_search_tells_why_every_attempt_failed(kinds: dict[str, Any]) -> None:
    summary = kinds["failed"]
    text = text_of(summary)
    assert summary.verdict.finding is Finding.NOTHING_VALID
    assert (
        "The search failed: none of 4 attempts gave a valid program "
        "(2 rejected, 1 exception, 1 timeout). The initial program stands." in text
    )
    assert "failures 2 × rejected: no such name x1" in text
    assert "1 × timeout: no such name x1" in text
    assert "next adrs run spot --evals 2000" in text


def test_a_run_without_improvement_says_that_the_initial_program_stands(
    kinds: dict[str, Any],
) -> None:
    summary = kinds["not significant"]
    text = text_of(summary)
    assert summary.verdict.finding is Finding.NOT_SIGNIFICANT
    assert "No significant improvement: the best of 55 programs is within noise of" in text
    assert "The initial program stands." in text
    assert summary.row(RowKind.CHAMPION) is None
    assert summary.row(RowKind.BEST).title == "best found"
    assert summary.champion.trial is None
    assert summary.ablation == ()


def test_a_gain_that_held_out_workloads_do_not_confirm_is_no_gain(kinds: dict[str, Any]) -> None:
    summary = kinds["not confirmed"]
    assert summary.verdict.finding is Finding.UNCONFIRMED
    assert "Improved on validation but not confirmed on held-out workloads" in text_of(summary)


@pytest.mark.parametrize("stopped_at", [0, 1, 25, 60])
def test_a_resumed_run_reports_what_one_that_never_stopped_does(
    make_book: MakeBook, stopped_at: int
) -> None:
    whole = make_book()
    expected = as_json(whole.finished())
    book = make_book()
    book.humans((Split.TRAIN,))
    trials = list(whole.archive.trials("amber-fox", Arm.SEARCH))
    for trial in trials[:stopped_at]:
        book.archive.add_trial("amber-fox", trial)
    book.archive.set_status("amber-fox", RunStatus.INTERRUPTED, spent_s=20.0)
    assert book.summary().verdict.finding is Finding.UNFINISHED
    book.archive.set_status("amber-fox", RunStatus.RUNNING, spent_s=20.0)
    for trial in trials[stopped_at:]:
        book.archive.add_trial("amber-fox", trial)
    for trial in whole.archive.trials("amber-fox", Arm.CONTROL):
        book.archive.add_trial("amber-fox", trial)
    for assessment in whole.archive.assessments("amber-fox"):
        human = assessment.role in (Role.INITIAL, Role.BASELINE, Role.BOUND)
        if not (human and assessment.evaluation.split is Split.TRAIN):
            book.archive.add_assessment("amber-fox", assessment)
    book.conclude("champion", improved=True)
    assert isinstance(expected, dict)
    resumed = as_json(book.summary())
    assert isinstance(resumed, dict)
    assert resumed == expected
