"""`adrs lineage`: show how a run came to its champion."""

import json as jsonlib

import typer
from rich.console import Console

from adrs.api.places import DEFAULT_ARCHIVE
from adrs.archive.sql.opening import open_archive
from adrs.catalog.problems import problem_of
from adrs.cli.options import ArchiveOption, JsonOption, RunArgument
from adrs.report.problemfacts import ProblemFacts
from adrs.report.program.lineage import lineage as trace
from adrs.report.program.pedigree import render_lineage
from adrs.report.run.jsonreport import as_json

app = typer.Typer(add_completion=False)


@app.command()
def lineage(
    run: RunArgument = None,
    *,
    archive: ArchiveOption = DEFAULT_ARCHIVE,
    json: JsonOption = False,
) -> None:
    """Show the line of programs from the initial one to the champion of RUN, step by step."""
    opened = open_archive(archive, read_only=True)
    try:
        record = opened.run(run)
        problem = problem_of(record)
        traced = trace(opened, record, ProblemFacts.of(problem))
    finally:
        opened.close()
    if json:
        typer.echo(jsonlib.dumps(as_json(traced), indent=2, allow_nan=False, ensure_ascii=False))
    else:
        render_lineage(traced, Console())
