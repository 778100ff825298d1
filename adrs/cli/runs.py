"""`adrs runs`: list the runs of an archive."""

import json as jsonlib
from dataclasses import asdict

import typer
from rich.console import Console

from adrs.archive.sql.opening import open_archive
from adrs.cli.options import DEFAULT_ARCHIVE, ArchiveOption, JsonOption
from adrs.core.run import RunRecord
from adrs.core.scenario import heldout_set
from adrs.report.tables import RunFacts, render_runs, run_facts

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
        shown = [_shown(record, fact) for record, fact in zip(records, facts, strict=True)]
        typer.echo(jsonlib.dumps(shown, indent=2))
    else:
        render_runs(records, Console(), facts=facts)


def _shown(record: RunRecord, facts: RunFacts) -> dict[str, object]:
    """Return a run as JSON's types, with the name of its held-out set in place of the key."""
    fields = {**asdict(record), **asdict(facts)}
    fields["config"]["heldout_set"] = heldout_set(fields["config"].pop("heldout_key"))
    return fields
