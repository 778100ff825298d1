"""`adrs export`: a run's trials as a table, or its report as a file to show to others."""

import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from enum import StrEnum
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated, TextIO

import typer

from adrs.api.places import DEFAULT_ARCHIVE
from adrs.api.reporting import summary_of
from adrs.archive.protocol import Archive
from adrs.archive.sql.opening import open_archive
from adrs.catalog.problems import problem_of
from adrs.cli.options import ArchiveOption, RunArgument
from adrs.core.problem import Problem
from adrs.core.run import RunRecord
from adrs.errors import UsageError
from adrs.report.run.appendix import to_markdown
from adrs.report.run.document import LEAST_WIDTH, to_html, to_svg
from adrs.report.run.trialtable import as_csv, as_jsonl, trial_rows

WIDTH = 100

app = typer.Typer(add_completion=False)


class Format(StrEnum):
    """What can be exported."""

    CSV = "csv"  # trials
    JSONL = "jsonl"  # trials, with sources and per-scenario values
    SVG = "svg"  # the report as a picture
    HTML = "html"  # the report as a page
    MD = "md"  # the report for a paper's appendix, with the champion's code


@app.command()
def export(
    run: RunArgument = None,
    *,
    format: Annotated[
        Format,
        typer.Option(
            "--format",
            help="csv, jsonl: the trials. svg, html: the report in one file. md: the report for a "
            "paper's appendix, with the champion's code.",
        ),
    ],
    output: Annotated[
        Path | None, typer.Option("--output", metavar="FILE", help="Instead of stdout.")
    ] = None,
    width: Annotated[
        int, typer.Option("--width", min=LEAST_WIDTH, help="Columns of svg and html.")
    ] = WIDTH,
    archive: ArchiveOption = DEFAULT_ARCHIVE,
) -> None:
    """Write the trials of RUN as csv or jsonl, or its report as svg, html or md."""
    opened = open_archive(archive, read_only=True)
    try:
        record = opened.run(run)
        problem = problem_of(record)
        _write(_content(opened, record, problem, format, width), output)
    finally:
        opened.close()


def _content(
    archive: Archive, record: RunRecord, problem: Problem, wanted: Format, width: int
) -> Iterator[str]:
    if wanted in (Format.CSV, Format.JSONL):
        rows = trial_rows(archive, record.name, problem.objective)
        yield from as_csv(rows) if wanted is Format.CSV else as_jsonl(rows)
        return
    summary = summary_of(archive, record.name, problem)
    if wanted is Format.MD:
        conclusion = archive.conclusion(record.name)
        best = None if conclusion is None else conclusion.best
        yield to_markdown(summary, program=best)
    else:
        yield (to_svg if wanted is Format.SVG else to_html)(summary, width=width)


def _write(parts: Iterable[str], output: Path | None) -> None:
    """Write to stdout, or to a file that is there whole or not at all; always as UTF-8.

    Raises:
        UsageError: the file cannot be written.
    """
    if output is None:
        if isinstance(sys.stdout, TextIOWrapper):  # one of ASCII cannot take every idea's text
            sys.stdout.reconfigure(encoding="utf-8")
        _copy(parts, sys.stdout)
        return
    if not output.name:  # "", "." or "/"
        raise UsageError(f"--output {output}: it is a folder. Name a file in it.")
    partial = output.with_name(f".{output.name}.partial")
    try:
        with partial.open("w", encoding="utf-8", newline="") as file:
            _copy(parts, file)
        partial.replace(output)
    except OSError as exc:
        raise UsageError(
            f"--output {output}: cannot be written: {exc.strerror}. Name a file in a folder "
            "that is there."
        ) from exc
    finally:
        with suppress(OSError):  # what could not be made cannot be removed either
            partial.unlink()


def _copy(parts: Iterable[str], file: TextIO) -> None:
    for part in parts:
        file.write(part if part.endswith("\n") else part + "\n")
