"""The screens that list things."""

import io
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from rich.console import Console

from adrs.core.evaluation import Verdict
from adrs.core.objective import Direction, Objective
from adrs.core.run import RunRecord, RunStatus
from adrs.core.scenario import Split
from adrs.report.runs.table import render_runs, run_facts
from adrs.report.tables import (
    CheckRow,
    render_checks,
    render_evaluation,
)

MakeBook = Callable[..., Any]
Paper = Callable[[int], Console]


def lines(console: Console) -> list[str]:
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue().splitlines()


def records(book: Any) -> list[RunRecord]:
    finished = book.archive.run("amber-fox")
    other = replace(finished, name="calm-lynx", status=RunStatus.INTERRUPTED, spent_s=4000.0)
    return [finished, other]


@pytest.mark.parametrize("width", [60, 80, 120])
def test_runs_take_one_line_each(make_book: MakeBook, paper: Paper, width: int) -> None:
    book = make_book()
    book.finished()
    facts = run_facts(book.archive, [book.archive.run("amber-fox")])
    console = paper(width)
    render_runs(records(book), console, facts=facts)
    heading, _, first, second, *note = lines(console)
    assert max(map(len, lines(console))) <= width
    assert heading.split()[:3] == ["run", "problem", "result"]
    assert first.split()[:4] == ["amber-fox", "spot", "improved", "60"]
    assert "86.0" in first
    assert second.split()[:3] == ["calm-lynx", "spot", "interrupted"]
    # A run may be better on validation and worse on held-out workloads, which the report tells.
    assert note[0] == ""
    assert " ".join(note[1:]).startswith("improved: on validation; adrs report RUN tells")


def test_runs_can_be_listed_by_their_records_alone(make_book: MakeBook, paper: Paper) -> None:
    book = make_book()
    book.finished()
    console = paper(100)
    render_runs(records(book), console)
    assert "finished" in lines(console)[2]
    assert "1 h 06 m" in lines(console)[3]


def test_no_runs_says_how_to_make_one(paper: Paper) -> None:
    console = paper(100)
    render_runs([], console)
    assert "adrs run" in lines(console)[0]


def test_an_evaluation_shows_its_score_and_worst_scenarios_first(
    make_book: MakeBook, paper: Paper
) -> None:
    book = make_book()
    evaluation = replace(
        book.evaluation("x", Split.VALIDATION, 0.9),
        values=(3.0, 5.0, 4.0),
        score=4.0,
        metrics={"misses": 0.5},
    )
    console = paper(80)
    ids = ["v/0", "v/1", "v/2"]
    render_evaluation(evaluation, book.objective, console, scenarios=ids)
    shown = lines(console)
    assert shown[0] == "ok  cost $4.00   mean of 3 scenarios of validation, lower is better"
    assert "misses 0.500" in shown[1]
    assert "1,000 decisions" in shown[2]
    assert [line.split()[0] for line in shown[-3:]] == ["v/1", "v/2", "v/0"]


def test_worst_is_smallest_where_higher_is_better(make_book: MakeBook, paper: Paper) -> None:
    objective = Objective(metric="ratio", unit="", direction=Direction.MAXIMIZE)
    evaluation = replace(
        make_book().evaluation("x", Split.TRAIN, 1.0), values=(0.3, 0.2), score=0.25
    )
    console = paper(80)
    render_evaluation(evaluation, objective, console, scenarios=["a", "b"])
    assert [line.split()[0] for line in lines(console)[-2:]] == ["b", "a"]


def test_a_failed_evaluation_says_where_and_why(make_book: MakeBook, paper: Paper) -> None:
    book = make_book()
    failed = book.evaluation(
        "x", Split.TRAIN, 1.0, verdict=Verdict.EXCEPTION, detail="line 1\nKeyError: 'a'\x1b[2J"
    )
    console = paper(80)
    render_evaluation(failed, book.objective, console)
    assert lines(console)[0] == "exception  no score on train in train/0003"
    assert lines(console)[1:3] == ["  line 1", "  KeyError: 'a' [2J"]


def test_as_many_ids_as_values_are_needed(make_book: MakeBook, paper: Paper) -> None:
    book = make_book()
    with pytest.raises(ValueError, match="argument 2"):
        render_evaluation(
            book.evaluation("x", Split.TRAIN, 1.0), book.objective, paper(80), scenarios=["a"]
        )


@pytest.mark.parametrize("width", [50, 80, 120])
def test_checks_say_what_to_do_when_something_is_missing(paper: Paper, width: int) -> None:
    rows = [
        CheckRow(name="seccomp", ok=True, found="kernel 6.1", stops="all", remedy="none"),
        CheckRow(
            name="namespaces",
            ok=False,
            found="refused by the kernel: " + "user.max_user_namespaces is zero " * 3,
            stops="isolation level L3",
            remedy="sysctl user.max_user_namespaces=1024",
        ),
    ]
    console = paper(width)
    render_checks(rows, console)
    text = " ".join(" ".join(lines(console)).split())
    assert max(map(len, lines(console))) <= width
    assert lines(console)[0] == "✓ seccomp     kernel 6.1"
    assert "✗ namespaces refused by the kernel" in text
    assert "stops: isolation level L3 to do: sysctl user.max_user_namespaces=1024" in text
    assert "stops: all ✗" in text
    assert "none" not in text


def test_checks_are_a_table_where_there_is_room(paper: Paper) -> None:
    rows = [
        CheckRow(name="seccomp", ok=True, found="kernel 6.1", stops="all"),
        CheckRow(name="user", ok=False, found="refused", stops="much", remedy="sysctl"),
        CheckRow(name="pid", ok=False, found="refused", stops="some", remedy="sysctl"),
    ]
    console = paper(60)
    render_checks(rows, console)
    assert lines(console) == [
        "✓ seccomp  kernel 6.1   all",
        "✗ user     refused      much",
        "           to do: sysctl",
        "✗ pid      refused      some",
    ]


@pytest.mark.parametrize("width", [20, 40, 60])
def test_what_is_listed_is_cut_in_ascii_too(make_book: MakeBook, width: int) -> None:
    book = make_book()
    book.finished()
    raw = io.BytesIO()
    file = io.TextIOWrapper(raw, encoding="ascii", write_through=True)
    console = Console(file=file, width=width)
    render_runs(records(book), console, facts=run_facts(book.archive, records(book)[:1]))
    made = replace(book.evaluation("x", Split.TRAIN, 0.9), values=(3.0, 5.0), score=4.0)
    render_evaluation(made, book.objective, console, scenarios=["t/" + "long" * 20, "t/1"])
    assert max(map(len, raw.getvalue().decode("ascii").splitlines())) <= width
