"""The published schema of the JSON report, and whether the JSON holds all that is printed."""

import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from rich.console import Console

import adrs.report.run
from adrs.report.format import format_duration
from adrs.report.run.console import render_report
from adrs.report.run.jsonreport import Json, as_json, to_json
from adrs.report.run.schema import report_schema

PUBLISHED = Path(adrs.report.run.__path__[0]) / "report.schema.json"
FIGURE = re.compile(r"\d[\d,]*(?:\.\d+)?(?:e[+−-]?\d+)?")
ENDS_OF_SCALES = {"0", "100"}  # of axes and of headroom; they are the same in every report
WIDTHS = (60, 80, 100, 120, 200)


def test_the_published_schema_is_that_of_the_summary() -> None:
    """`adrs report --schema > adrs/report/run/report.schema.json` brings it up to date."""
    assert PUBLISHED.read_text() == report_schema() + "\n"


def test_reports_of_every_kind_keep_to_the_schema(kinds: dict[str, Any]) -> None:
    schema = json.loads(PUBLISHED.read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    for name, summary in kinds.items():
        errors = [error.message for error in validator.iter_errors(json.loads(to_json(summary)))]
        assert errors == [], name


@pytest.mark.parametrize(
    "path",
    [("verdict", "finding"), ("setup", "seed"), ("integrity", "repeated"), ("rows", 0, "results")],
)
def test_a_document_that_departs_from_the_schema_is_refused(
    kinds: dict[str, Any], path: tuple[Any, ...]
) -> None:
    validator = jsonschema.Draft202012Validator(json.loads(report_schema()))
    for change in ("another value", None):
        document = json.loads(to_json(kinds["improved"]))
        place = document
        for step in path[:-1]:
            place = place[step]
        if change is None:
            del place[path[-1]]
        else:
            place[path[-1]] = change
        assert not validator.is_valid(document), (path, change)
    assert not validator.is_valid({**json.loads(to_json(kinds["improved"])), "more": 1})


def test_properties_are_described_and_absence_is_null() -> None:
    definitions = json.loads(report_schema())["$defs"]
    tally = definitions["ScenarioTally"]["properties"]
    assert tally["better"]["description"] == "scenarios in which the program is strictly better."
    assert tally["median"]["anyOf"] == [{"type": "number"}, {"type": "null"}]
    assert definitions["Finding"]["enum"][0] == "improved"
    undescribed = [
        f"{name}.{key}"
        for name, definition in definitions.items()
        if "Attributes" not in definition and len(definition.get("properties", {})) > 6
        for key, described in definition["properties"].items()
        if "description" not in described and name != "RunSummary"
    ]
    assert undescribed == []


@dataclass(frozen=True)
class Unknown:
    what: set[int]


def test_a_type_without_a_json_form_has_no_schema() -> None:
    from adrs.report.run.schema import _schema_of

    with pytest.raises(TypeError, match="no JSON schema for set"):
        _schema_of(Unknown, {})


Leaf = bool | int | float | str | None


def leaves(document: Json, key: str = "") -> Iterator[tuple[str, Leaf]]:
    """Every value in a document with its key, every key, and how long every list is."""
    if isinstance(document, dict):
        for name, value in document.items():
            yield "", name
            yield from leaves(value, name)
    elif isinstance(document, list):
        yield key, len(document)
        for value in document:
            yield from leaves(value, key)
    else:
        yield key, document


def forms(key: str, value: Leaf) -> Iterator[str]:
    """How a value may be printed: a text or a count as it is, a measure rounded."""
    if isinstance(value, str):
        yield from figures(value)
    elif isinstance(value, int):
        yield str(value)
    elif isinstance(value, float):
        size = abs(value)
        scaled = [size, 100 * size, *([60 * size] if key.endswith("per_s") else [])]
        yield from (f"{each:.{decimals}f}" for each in scaled for decimals in range(5))
        yield f"{size:.3e}"
        yield from figures(format_duration(size) if key.endswith("_s") else "")


def figures(text: str) -> set[str]:
    return {figure.replace(",", "") for figure in FIGURE.findall(text)}


def unknown_figures(text: str, document: Json) -> set[str]:
    """The figures of a text that are not in a document."""
    known = {form for key, leaf in leaves(document) for form in forms(key, leaf)}
    return {f for f in figures(text) if f not in known} - ENDS_OF_SCALES


def printed(summary: Any, width: int) -> str:
    console = Console(file=io.StringIO(), width=width, height=40, color_system=None)
    render_report(summary, console)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


@pytest.mark.parametrize("width", WIDTHS)
def test_every_figure_that_is_printed_is_in_the_json(kinds: dict[str, Any], width: int) -> None:
    for name, summary in kinds.items():
        text = printed(summary, width)
        assert len(figures(text)) > 3, name
        assert unknown_figures(text, as_json(summary)) == set(), name


@pytest.mark.parametrize(
    ("name", "words"),
    [
        (
            "raced",
            "2 of 5 stopped · 28.3 % of their scenarios left out · 1 of 1 checked stop wrong",
        ),
        ("over budget", "the budget of calls by 15 (20 of 5)"),
        ("alarm", "for a human look: program"),
        ("with models", "4 calls per improvement"),
        ("improved", "change taken back"),
    ],
)
def test_the_kinds_print_every_part_of_a_report(
    kinds: dict[str, Any], name: str, words: str
) -> None:
    assert words in " ".join(printed(kinds[name], 200).split())


def test_a_figure_that_is_not_in_the_json_is_noticed(kinds: dict[str, Any]) -> None:
    summary = kinds["improved"]
    text = printed(summary, 120)
    without = as_json(replace(summary, rows=(), scenarios=None, ablation=()))
    assert len(unknown_figures(text, without)) > 15
    assert unknown_figures(text + " 7654.3 ms", as_json(summary)) == {"7654.3"}
