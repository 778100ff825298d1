"""`adrs manual`: list the prompts that wait for an answer."""

import json as jsonlib
import os
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from adrs.api.places import DEFAULT_ARCHIVE
from adrs.archive.protocol import Archive
from adrs.archive.sql.opening import open_archive
from adrs.cli.options import ArchiveOption, JsonOption
from adrs.errors import UsageError
from adrs.proposers.llm.models import MANUAL, ModelSpec
from adrs.proposers.manual import Waiting, waiting
from adrs.report.tables import WaitingRow, render_waiting

app = typer.Typer(add_completion=False)


@app.command()
def manual(
    place: Annotated[
        str | None,
        typer.Argument(
            metavar="[DIR|RUN]",
            help="The folder of a manual: model, or a run that has some; the newest run when left "
            "out.",
        ),
    ] = None,
    *,
    archive: ArchiveOption = DEFAULT_ARCHIVE,
    json: JsonOption = False,
) -> None:
    """List the prompts that wait for an answer in DIR, or in the folders of RUN.

    Answer a prompt by moving a file to the place that stands beside it, in one piece.
    """
    folders = _folders(place, archive)
    found = [pair for folder in folders for pair in waiting(folder)]
    if json:
        typer.echo(jsonlib.dumps([_shown(pair) for pair in found], indent=2, allow_nan=False))
    else:
        rows = [WaitingRow(prompt=str(pair.prompt), answer=str(pair.answer)) for pair in found]
        render_waiting(rows, [str(folder) for folder in folders], Console())


def _folders(place: str | None, archive: str) -> list[Path]:
    """Return the folders that are meant: a folder of that name, else those of a run.

    Raises:
        UsageError: there is neither, or the run asks nobody by hand.
    """
    # Not Path.is_dir: it raises where a name is longer than the file system takes.
    if place is not None and os.path.isdir(place):  # noqa: PTH112
        return [Path(place)]
    try:
        opened = open_archive(archive, read_only=True)
    except UsageError as exc:
        if place is None:
            raise
        raise UsageError(f"{place}: there is no such folder, and {exc}") from exc
    try:
        return _folders_of_run(opened, place)
    finally:
        opened.close()


def _folders_of_run(archive: Archive, name: str | None) -> list[Path]:
    record = archive.run(name)
    use = record.config.models
    models = [] if use is None else [text for text in use.models if text.startswith(MANUAL)]
    if not models:
        raise UsageError(
            f"run {record.name} asks nobody by hand, but {record.config.proposer}. Begin one that "
            "does with `adrs run PROBLEM --model manual:DIR`."
        )
    return [Path(ModelSpec.parse(text).name) for text in models]


def _shown(pair: Waiting) -> dict[str, str]:
    return {"prompt": str(pair.prompt), "answer": str(pair.answer)}
