"""A report on stdout."""

from dataclasses import replace

import typer
from rich.console import Console

from adrs.archive.commands import located
from adrs.report.run.console import render_report
from adrs.report.run.jsonreport import to_json
from adrs.report.run.model import RunSummary

_ABOUT_THE_HOST = frozenset({"adrs doctor"})


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
    steps = tuple(
        step if step in _ABOUT_THE_HOST else located(step, archive=archive)
        for step in summary.run.next
    )
    render_report(replace(summary, run=replace(summary.run, next=steps)), Console())
