"""`adrs prompt`: show exactly what was sent and answered for a trial."""

import json as jsonlib
from typing import Annotated

import typer
from rich.console import Console

from adrs.api.places import DEFAULT_ARCHIVE
from adrs.archive.sql.opening import open_archive
from adrs.cli.options import ArchiveOption, JsonOption
from adrs.core.trial import Arm
from adrs.report.program.dialogue import read_dialogue
from adrs.report.program.transcript import render_dialogue
from adrs.report.run.jsonreport import as_json

app = typer.Typer(add_completion=False)


@app.command()
def prompt(
    run: Annotated[str, typer.Argument(metavar="RUN", help="A run's name.")],
    trial: Annotated[int, typer.Argument(metavar="TRIAL", min=0, help="A trial's number.")],
    *,
    arm: Annotated[Arm, typer.Option("--arm", help="Which search of the run.")] = Arm.SEARCH,
    archive: ArchiveOption = DEFAULT_ARCHIVE,
    json: JsonOption = False,
) -> None:
    """Show every attempt at a model call for TRIAL: sent, answered, and what became of it."""
    opened = open_archive(archive, read_only=True)
    try:
        dialogue = read_dialogue(opened, opened.run(run), arm, trial)
    finally:
        opened.close()
    if json:
        typer.echo(jsonlib.dumps(as_json(dialogue), indent=2, allow_nan=False, ensure_ascii=False))
    else:
        render_dialogue(dialogue, Console())
