"""`adrs best`: print the program that a run stands by."""

import typer

from adrs.api.conclusions import conclusion_of
from adrs.api.places import DEFAULT_ARCHIVE
from adrs.archive.sql.opening import open_archive
from adrs.cli.options import ArchiveOption, RunArgument

app = typer.Typer(add_completion=False)


@app.command()
def best(run: RunArgument = None, *, archive: ArchiveOption = DEFAULT_ARCHIVE) -> None:
    """Print the champion of RUN; the initial program when nothing beat it."""
    opened = open_archive(archive, read_only=True)
    try:
        typer.echo(conclusion_of(opened, opened.run(run)).champion.source, nl=False)
    finally:
        opened.close()
