"""A report on stdout."""

import shlex
from dataclasses import replace

import typer
from rich.console import Console

from adrs.archive.commands import command
from adrs.report.run.console import render_report
from adrs.report.run.jsonreport import to_json
from adrs.report.run.model import RunSummary

_NO_ARCHIVE = frozenset({"doctor"})


def show(summary: RunSummary, *, archive: str, json: bool) -> None:
    """Print a report on stdout: as JSON, which is the same wherever the run is, or for people.

    Args:
        summary: the report.
        archive: `Archive.place`.
        json: print it as JSON.
    """
    if json:
        typer.echo(to_json(summary))
        return
    steps = tuple(_located(step, archive) for step in summary.run.next)
    render_report(replace(summary, run=replace(summary.run, next=steps)), Console())


def _located(step: str, archive: str) -> str:
    """Return a command of a report with the archive where it needs one."""
    words = shlex.split(step)[1:]
    return step if words[0] in _NO_ARCHIVE else command(*words, archive=archive)
