"""`adrs replay`: do a recorded run again from its stored answers, and tell whether it agrees."""

import typer

from adrs.api.places import DEFAULT_ARCHIVE
from adrs.api.replay import replayed
from adrs.archive.protocol import Archive
from adrs.cli.exits import ExitCode
from adrs.cli.options import (
    ArchiveOption,
    JsonOption,
    QuietOption,
    RunArgument,
    WorkersOption,
)
from adrs.cli.sitting import sit
from adrs.cli.telling import complain, warn
from adrs.core.run import RunRecord
from adrs.engine.agreement import first_difference

app = typer.Typer(add_completion=False)


@app.command()
def replay(
    run: RunArgument = None,
    *,
    workers: WorkersOption = None,
    archive: ArchiveOption = DEFAULT_ARCHIVE,
    json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Do RUN again from its recorded answers, offline, evaluating anew; fails if it differs."""
    with replayed(run, archive=archive, workers=workers, warn=warn) as sitting:
        sit(sitting, json=json, quiet=quiet)
        _judge(sitting.archive, sitting.record)


def _judge(archive: Archive, record: RunRecord) -> None:
    source = record.config.replays
    difference = first_difference(archive, source, record.name)
    if not difference:
        typer.echo(f"adrs: the replay agrees with {source} in every trial.", err=True)
        return
    complain(f"the replay does not agree with {source}: {difference}.")
    raise typer.Exit(ExitCode.FAILED)
