"""`adrs show`: show one program, where it came from and how it did."""

import json as jsonlib
from typing import Annotated

import typer
from rich.console import Console

from adrs.api.places import DEFAULT_ARCHIVE
from adrs.archive.sql.opening import open_archive
from adrs.catalog.problems import problem_of
from adrs.cli.options import ArchiveOption, JsonOption
from adrs.report.program.lineage import maker_of
from adrs.report.program.pedigree import render_program
from adrs.report.program.showing import record_of, resolve_program, show_program
from adrs.report.run.jsonreport import as_json

app = typer.Typer(add_completion=False)


@app.command()
def show(
    program: Annotated[
        str, typer.Argument(metavar="PROGRAM", help="A program's id, or how it begins.")
    ],
    *,
    run: Annotated[
        str | None,
        typer.Option("--run", metavar="NAME", help="As this run knows it.", show_default="newest"),
    ] = None,
    source: Annotated[
        bool, typer.Option("--source", help="Print the program's text and nothing else.")
    ] = False,
    archive: ArchiveOption = DEFAULT_ARCHIVE,
    json: JsonOption = False,
) -> None:
    """Show PROGRAM: its text, where it came from, and its results on every split.

    Held-out results are shown of finished runs only.
    """
    opened = open_archive(archive, read_only=True)
    try:
        program_id = resolve_program(opened, program)
        places = opened.appearances(program_id)
        record = record_of(opened, places, run)
        problem = problem_of(record)
        maker = maker_of(opened, record, program_id)
        shown = show_program(places, record, problem.objective, maker=maker)
    finally:
        opened.close()
    if json:
        typer.echo(jsonlib.dumps(as_json(shown), indent=2, allow_nan=False, ensure_ascii=False))
    elif source:
        typer.echo(shown.source, nl=False)
    else:
        render_program(shown, Console())
