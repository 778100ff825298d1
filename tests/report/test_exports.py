"""A run's trials as tables, and its report as files."""

import csv
import io
import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import pytest
from rich.console import Console

from adrs.archive.memory import MemoryArchive
from adrs.core.evaluation import Verdict
from adrs.core.program import Program
from adrs.core.run import ModelUse
from adrs.core.scenario import Split
from adrs.core.trial import Arm, Trial
from adrs.report.run.appendix import to_markdown
from adrs.report.run.console import render_report
from adrs.report.run.document import to_html, to_svg
from adrs.report.run.trialtable import (
    COLUMNS,
    CSV_COLUMNS,
    as_csv,
    as_jsonl,
    trial_rows,
)

MakeBook = Callable[..., Any]


def printed(summary: Any, width: int) -> str:
    console = Console(file=io.StringIO(), width=width, height=40, color_system=None)
    render_report(summary, console)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


@pytest.fixture
def book(make_book: MakeBook) -> Any:
    made = make_book()
    made.finished()
    return made


def rows_of(book: Any) -> list[Any]:
    return list(trial_rows(book.archive, "amber-fox", book.objective))


def test_every_trial_of_both_arms_is_a_row_in_its_order(book: Any) -> None:
    rows = rows_of(book)
    expected = [(arm, t.number) for arm in Arm for t in book.archive.trials("amber-fox", arm)]
    assert [(row.arm, row.trial) for row in rows] == expected
    assert len(rows) == 120


def test_the_appendix_tells_what_models_cost_as_the_report_does(make_book: MakeBook) -> None:
    names = ("openai/cheap", "openai/odd", "openai/reused")
    book = make_book(models=ModelUse(models=names), proposer=", ".join(names))
    book.call(1, model="openai/cheap", usd=0.000031)
    book.call(2, model="openai/odd", usd=None)
    book.call(3, model="openai/reused", usd=0.01, cached_from="red-hen")
    lines = to_markdown(book.finished(), program=None).splitlines()
    costs = [line.split(" | ")[4] for line in lines if line.startswith("| `openai/")]
    assert costs == ["\\$0.000031", "unknown", "–"]


def test_csv_reads_back_exactly(book: Any) -> None:
    text = "".join(as_csv(trial_rows(book.archive, "amber-fox", book.objective)))
    read = list(csv.DictReader(io.StringIO(text, newline="")))
    rows = rows_of(book)
    assert len(read) == len(rows)
    assert tuple(read[0]) == CSV_COLUMNS
    for line, row in zip(read, rows, strict=True):
        assert line["verdict"] == ("" if row.verdict is None else row.verdict.value)
        assert (float(line["score"]) if line["score"] else None) == row.score
        assert (float(line["best"]) if line["best"] else None) == row.best
    assert {line["verdict"] for line in read} == {"ok", "invalid", "exception", ""}


def test_the_best_so_far_starts_anew_in_every_arm(book: Any) -> None:
    for arm in Arm:
        bests = [row.best for row in rows_of(book) if row.arm is arm]
        assert bests == sorted(bests, reverse=True)
        assert bests[0] > bests[-1]


def test_what_a_candidate_wrote_cannot_break_a_line(make_book: MakeBook) -> None:
    book = make_book()
    evil = 'a "quoted", text\nof; two\r\nlines'
    trial = book.trial(1, verdict=Verdict.EXCEPTION, detail=evil, operators=("a", "b"), idea=evil)
    book.archive.add_trial("amber-fox", trial)
    text = "".join(as_csv(rows_of(book)))
    (read,) = csv.DictReader(io.StringIO(text, newline=""))
    assert (read["detail"], read["idea"], read["changes"]) == (evil, evil, "a;b")
    (line,) = "".join(as_jsonl(rows_of(book))).splitlines()
    assert json.loads(line)["detail"] == evil


def test_json_lines_hold_sources_and_scenarios(book: Any) -> None:
    lines = [json.loads(line) for line in as_jsonl(rows_of(book))]
    assert all(tuple(line) == COLUMNS for line in lines)
    first = next(book.archive.trials("amber-fox", Arm.SEARCH))
    assert lines[0]["source"] == first.program.source
    assert lines[0]["values"] == list(first.evaluation.values)
    duplicate = next(line for line in lines if line["duplicate_of"])
    assert (duplicate["verdict"], duplicate["score"], duplicate["values"]) == (None, None, [])


class Counting(MemoryArchive):
    """An archive that counts the trials that were taken out of it."""

    read = 0

    def trials(self, run: str, arm: Arm) -> Iterator[Trial]:
        for trial in super().trials(run, arm):
            self.read += 1
            yield trial


def test_trials_are_read_one_at_a_time(make_book: MakeBook) -> None:
    archive = Counting()
    book = make_book(archive=archive)
    book.search(Arm.SEARCH, 0.9)
    for number, _ in enumerate(as_jsonl(trial_rows(archive, "amber-fox", book.objective)), start=1):
        assert archive.read == number
    assert archive.read == 60


def texts_of(svg: str) -> list[ET.Element]:
    return [e for e in ET.fromstring(svg).iter() if e.tag.endswith("text")]


@pytest.mark.parametrize("width", [80, 200])
def test_a_picture_is_whole_and_loads_nothing(kinds: dict[str, Any], width: int) -> None:
    for name, summary in kinds.items():
        svg = to_svg(summary, width=width)
        shown = "".join("".join(e.itertext()) for e in texts_of(svg)).replace("\xa0", " ")
        assert summary.verdict.sentence.split()[0] in shown, name
        assert not re.search(r"url\(['\"]?http|@font-face|@import|<script|<image", svg), name
        right = max(float(e.get("x", 0)) + float(e.get("textLength", 0)) for e in texts_of(svg))
        assert right <= 12.2 * (width + 2), name


def test_a_picture_is_the_same_every_time(kinds: dict[str, Any]) -> None:
    assert to_svg(kinds["improved"], width=80) == to_svg(kinds["improved"], width=80)


class Page(HTMLParser):
    """Collects the text of a page, and every address that it names."""

    def __init__(self) -> None:
        super().__init__()
        self.text = ""
        self.addresses: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open.append(tag)
        self.addresses += [value or "" for key, value in attrs if key in ("src", "href")]

    def handle_endtag(self, tag: str) -> None:
        assert self.open
        while self.open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if "pre" in self.open:
            self.text += data


@pytest.mark.parametrize("width", [80, 200])
def test_a_page_says_what_the_terminal_says(kinds: dict[str, Any], width: int) -> None:
    for name, summary in kinds.items():
        page = Page()
        html = to_html(summary, width=width)
        page.feed(html)
        assert page.text.rstrip("\n") == printed(summary, width).rstrip("\n"), name
        assert page.addresses == [], name
        assert "http" not in html, name
        assert page.open == [], name


def test_a_name_cannot_break_a_page(kinds: dict[str, Any]) -> None:
    summary = kinds["improved"]
    named = replace(summary, run=replace(summary.run, name="a{b}<script>&"))
    html = to_html(named, width=80)
    assert "<title>adrs report a{b}&lt;script&gt;&amp;</title>" in html
    assert "<script" not in html
    ET.fromstring(to_svg(named, width=80))


def tables_of(markdown: str) -> list[list[str]]:
    """The tables of a text, each as its lines."""
    return [
        block.splitlines()
        for block in markdown.split("\n\n")
        if block.startswith("| ") and "\n" in block
    ]


def test_an_appendix_has_whole_tables_for_every_kind_of_run(kinds: dict[str, Any]) -> None:
    for name, summary in kinds.items():
        markdown = to_markdown(summary, program=None)
        assert markdown.startswith("# A made-up problem: run amber-fox\n\n**"), name
        for table in tables_of(markdown):
            columns = {len(re.findall(r"(?<!\\)\|", line)) for line in table}
            assert len(columns) == 1, (name, table)
            assert len(table) > 2, (name, table)
        assert not re.search(r"\bnan\b|\bNone\b|\binf\b", markdown), name
        assert "## Integrity" in markdown


def test_an_appendix_holds_the_figures_and_the_code(kinds: dict[str, Any]) -> None:
    program = Program.of("def f():\n    return '''```python'''\n")
    markdown = to_markdown(kinds["improved"], program=program)
    assert "| **champion** | \\$86.3 | \\$88.6 | \\$86.0 | \\$87.7 | −12.9 % [−13.5, −12.5] |" in (
        markdown
    )
    assert f"Program {program.id}:\n\n````python\n{program.source}````" in markdown
    assert "## Ablation of the champion, on validation" in markdown
    assert "`    return 'greedy'`".replace("    ", "") in markdown
    assert "| control | blind edits alone |" in markdown


def test_an_appendix_says_that_the_best_is_no_champion(kinds: dict[str, Any]) -> None:
    program = Program.of("x = 1\n")
    assert "## The best program, no significant improvement" in to_markdown(
        kinds["not significant"], program=program
    )
    assert "## The champion\n" in to_markdown(kinds["improved"], program=program)


def test_candidates_text_is_no_markdown(make_book: MakeBook) -> None:
    book = make_book()
    book.humans((Split.TRAIN,))
    evil = "a | b `c` <img src=x> [d](e) **f** $g$"
    book.archive.add_trial("amber-fox", book.trial(1, verdict=Verdict.EXCEPTION, detail=evil))
    markdown = to_markdown(book.summary(), program=None)
    line = next(line for line in markdown.splitlines() if "img" in line)
    assert line == f"| exception | `` {evil.replace('|', chr(92) + '|')} `` | 1 |"
