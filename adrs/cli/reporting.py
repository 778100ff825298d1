"""What a run found, read from its archive and shown; loads nothing that works on runs."""

from pathlib import Path

import typer
from rich.console import Console

from adrs.archive.protocol import Archive
from adrs.core.problem import Problem
from adrs.report.run.console import render_report
from adrs.report.run.jsonreport import to_json
from adrs.report.run.summary import ProblemFacts, RunSummary, summarise

RUNS = Path("runs")


def summary_of(archive: Archive, run: str, problem: Problem) -> RunSummary:
    """Return what a run found so far."""
    best = RUNS / run / "best.py"
    saved = str(best) if best.is_file() else None
    return summarise(archive, archive.run(run), ProblemFacts.of(problem), saved=saved)


def show(summary: RunSummary, *, json: bool) -> None:
    """Print a report: JSON on stdout, or the human one on stdout."""
    if json:
        typer.echo(to_json(summary))
    else:
        render_report(summary, Console())
