"""`adrs runs`: list the runs of an archive."""

import json as jsonlib
from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import Console

from adrs.api.places import DEFAULT_ARCHIVE
from adrs.archive.sql.opening import open_archive
from adrs.cli.options import ArchiveOption, JsonOption
from adrs.core.run import RunStatus
from adrs.core.scenario import heldout_set
from adrs.report.runs.listing import Filter, ListedRun, Order, in_order, listed_runs, selected
from adrs.report.runs.table import render_runs

app = typer.Typer(add_completion=False)


@app.command()
def runs(
    *,
    problem: Annotated[
        str | None, typer.Option("--problem", metavar="NAME", help="Runs of this problem only.")
    ] = None,
    status: Annotated[
        RunStatus | None, typer.Option("--status", help="Runs that stand so only.")
    ] = None,
    strategy: Annotated[
        str | None, typer.Option("--strategy", metavar="NAME", help="Runs of this strategy only.")
    ] = None,
    model: Annotated[
        str | None,
        typer.Option(
            "--model",
            metavar="NAME",
            help="Runs that asked this model only, or of this blind proposer.",
        ),
    ] = None,
    sort: Annotated[Order, typer.Option("--sort", help="What to sort by.")] = Order.BEGAN,
    reverse: Annotated[bool, typer.Option("--reverse", help="Largest, or newest, first.")] = False,
    archive: ArchiveOption = DEFAULT_ARCHIVE,
    json: JsonOption = False,
) -> None:
    """List the runs of an archive, oldest first."""
    opened = open_archive(archive, read_only=True)
    try:
        listed = listed_runs(opened)
    finally:
        opened.close()
    wanted = Filter(problem=problem, status=status, strategy=strategy, model=model)
    chosen = in_order(selected(listed, wanted), sort, reverse=reverse)
    if json:
        typer.echo(jsonlib.dumps([_shown(run) for run in chosen], indent=2, allow_nan=False))
    elif listed and not chosen:
        typer.echo("No run passes these filters.")
    else:
        records = [run.record for run in chosen]
        render_runs(records, Console(), facts=[run.facts for run in chosen])


def _shown(run: ListedRun) -> dict[str, object]:
    """Return a run as JSON's types, with the name of its held-out set in place of the key."""
    fields = {**asdict(run.record), **asdict(run.facts)}
    fields["config"]["heldout_set"] = heldout_set(fields["config"].pop("heldout_key"))
    return fields
