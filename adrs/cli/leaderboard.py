"""`adrs leaderboard`: rank the runs of a problem on held-out workloads."""

import json as jsonlib
from typing import Annotated

import typer
from rich.console import Console

from adrs.api.places import DEFAULT_ARCHIVE
from adrs.archive.sql.opening import open_archive
from adrs.catalog.problems import problem_of
from adrs.cli.options import ArchiveOption, JsonOption, ProblemArgument
from adrs.report.problemfacts import ProblemFacts
from adrs.report.run.jsonreport import as_json
from adrs.report.runs.leaderboard import field_of, runs_of
from adrs.report.runs.leaderboard import leaderboard as rank
from adrs.report.runs.standings import render_leaderboard
from adrs.report.runs.yardstick import problem_name

app = typer.Typer(add_completion=False)


@app.command()
def leaderboard(
    problem: ProblemArgument,
    *,
    like: Annotated[
        str | None,
        typer.Option(
            "--like",
            metavar="RUN",
            help="Rank the runs that are measured as this one is.",
            show_default="newest",
        ),
    ] = None,
    archive: ArchiveOption = DEFAULT_ARCHIVE,
    json: JsonOption = False,
) -> None:
    """Rank all finished runs of PROBLEM, and its baselines, on held-out workloads.

    Only runs of one evaluator version and one held-out set are ranked; the others are named.
    """
    opened = open_archive(archive, read_only=True)
    try:
        records = runs_of(opened.runs(), problem)
        measure = None if like is None else opened.run(like)
        field = field_of(opened, records, like=measure)
        facts = ProblemFacts.of(problem_of(field.like or records[-1]))
        board = rank(opened, field, facts, problem_name(problem))
    finally:
        opened.close()
    if json:
        typer.echo(jsonlib.dumps(as_json(board), indent=2, allow_nan=False, ensure_ascii=False))
    else:
        render_leaderboard(board, Console())
