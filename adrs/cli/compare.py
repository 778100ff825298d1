"""`adrs compare`: put runs of one problem side by side."""

import json as jsonlib
from typing import Annotated

import typer
from rich.console import Console

from adrs.api.places import DEFAULT_ARCHIVE
from adrs.archive.sql.opening import open_archive
from adrs.catalog.problems import problem_of
from adrs.cli.options import ArchiveOption, JsonOption
from adrs.report.problemfacts import ProblemFacts
from adrs.report.run.jsonreport import as_json
from adrs.report.runs.comparison import compare_runs, require_comparable
from adrs.report.runs.standings import render_comparison

app = typer.Typer(add_completion=False)


@app.command()
def compare(
    runs: Annotated[
        list[str], typer.Argument(metavar="RUN RUN...", help="The names of two runs or more.")
    ],
    *,
    archive: ArchiveOption = DEFAULT_ARCHIVE,
    json: JsonOption = False,
) -> None:
    """Compare RUNs of one problem: their curves, and their champions on held-out workloads.

    Runs of unequal problems, evaluator versions or held-out sets are refused.
    """
    opened = open_archive(archive, read_only=True)
    try:
        records = [opened.run(name) for name in runs]
        require_comparable(records)
        facts = ProblemFacts.of(problem_of(records[0]))
        comparison = compare_runs(opened, records, facts)
    finally:
        opened.close()
    if json:
        typer.echo(
            jsonlib.dumps(as_json(comparison), indent=2, allow_nan=False, ensure_ascii=False)
        )
    else:
        render_comparison(comparison, Console())
