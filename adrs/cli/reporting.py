"""A report on stdout."""

import typer
from rich.console import Console

from adrs.report.run.console import render_report
from adrs.report.run.jsonreport import to_json
from adrs.report.run.model import RunSummary


def show(summary: RunSummary, *, json: bool) -> None:
    """Print a report: JSON on stdout, or the human one on stdout."""
    if json:
        typer.echo(to_json(summary))
    else:
        render_report(summary, Console())
