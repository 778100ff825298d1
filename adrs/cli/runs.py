"""`adrs runs`: list the runs of an archive."""

import json as jsonlib
from dataclasses import asdict

import typer
from rich.console import Console

from adrs.archive.sql.opening import open_archive
from adrs.cli.options import DEFAULT_ARCHIVE, ArchiveOption, JsonOption
from adrs.report.tables import render_runs, run_facts

app = typer.Typer(add_completion=False)


@app.command()
def runs(*, archive: ArchiveOption = DEFAULT_ARCHIVE, json: JsonOption = False) -> None:
    """List the runs of an archive, oldest first."""
    opened = open_archive(archive, read_only=True)
    try:
        records = opened.runs()
        facts = run_facts(opened, records)
    finally:
        opened.close()
    if json:
        typer.echo(jsonlib.dumps([asdict(record) for record in records], indent=2))
    else:
        render_runs(records, Console(), facts=facts)
