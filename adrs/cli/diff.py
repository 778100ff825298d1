"""`adrs diff`: show what a run changed in a program."""

import json as jsonlib
from typing import Annotated

import typer
from rich.console import Console

from adrs.api.places import DEFAULT_ARCHIVE
from adrs.archive.sql.opening import open_archive
from adrs.cli.options import ArchiveOption, JsonOption, RunArgument
from adrs.report.program.changes import changes, render_changes
from adrs.report.program.naming import BEST, INITIAL, named_program
from adrs.report.run.jsonreport import as_json

app = typer.Typer(add_completion=False)

NAMES = "initial, parent, best, control, a baseline's name, a program's id or how it begins"


@app.command()
def diff(
    run: RunArgument = None,
    *,
    against: Annotated[
        str, typer.Option("--against", metavar="PROGRAM", help=f"The older program: {NAMES}.")
    ] = INITIAL,
    program: Annotated[
        str, typer.Option("--program", metavar="PROGRAM", help="The newer program, likewise.")
    ] = BEST,
    archive: ArchiveOption = DEFAULT_ARCHIVE,
    json: JsonOption = False,
) -> None:
    """Show the best program of RUN against the initial program, its parent or any other."""
    opened = open_archive(archive, read_only=True)
    try:
        record = opened.run(run)
        after = named_program(opened, record, program)
        before = named_program(opened, record, against, child=after.program)
    finally:
        opened.close()
    made = changes(record.name, before, after)
    if json:
        typer.echo(jsonlib.dumps(as_json(made), indent=2, allow_nan=False, ensure_ascii=False))
    else:
        render_changes(made, Console())
