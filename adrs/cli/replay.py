"""`adrs replay`: do a recorded run again from its stored answers, and tell whether it agrees."""

from dataclasses import replace
from datetime import UTC, datetime

import typer

from adrs import __version__
from adrs.archive.protocol import Archive
from adrs.archive.sql.opening import open_archive
from adrs.catalog.problems import load_problem
from adrs.cli import compose
from adrs.cli.exits import ExitCode
from adrs.cli.options import (
    DEFAULT_ARCHIVE,
    ArchiveOption,
    JsonOption,
    QuietOption,
    RunArgument,
    WorkersOption,
)
from adrs.cli.sitting import Sitting, sit
from adrs.core.isolation import IsolationLevel
from adrs.core.run import RunRecord, RunStatus
from adrs.engine.agreement import first_difference
from adrs.engine.names import free_name
from adrs.engine.run import changed_parts
from adrs.errors import UsageError

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
    open_archive(archive, read_only=True).close()
    opened = open_archive(archive)
    try:
        source = opened.run(run)
        record = _record(opened, source)
        problem = load_problem(record.config.problem, record.config.params)
        tool = compose.instrument_of(record.config, problem)
        changed = changed_parts(source, problem, tool.label)
        if changed:
            raise UsageError(
                f"run {source.name} cannot be replayed: since it was made, {', '.join(changed)} "
                "changed. Put it back."
            )
        sitting = Sitting(
            workers=compose.worker_count(workers),
            level=compose.isolation(IsolationLevel[source.config.minimum_isolation]),
            json=json,
            quiet=quiet,
            resumed=False,
        )
        models = compose.models_of(record.config)
        if models is not None:
            models.ready()
        opened.create_run(record)
        sit(record, problem, tool, opened, sitting, models)
        _judge(opened, source.name, record.name)
    finally:
        opened.close()


def _record(archive: Archive, source: RunRecord) -> RunRecord:
    taken = {record.name for record in archive.runs()}
    # The recorded course ends by itself; the source's wall time was its own.
    config = replace(source.config, replays=source.name, time_s=None)
    return replace(
        source,
        name=free_name(f"{source.name}-replay", taken),
        config=config,
        adrs_version=__version__,
        created_at=datetime.now(UTC).isoformat(timespec="seconds"),
        status=RunStatus.RUNNING,
        spent_s=0.0,
    )


def _judge(archive: Archive, source: str, replayed: str) -> None:
    difference = first_difference(archive, source, replayed)
    if not difference:
        typer.echo(f"adrs: the replay agrees with {source} in every trial.", err=True)
        return
    typer.secho(
        f"adrs: the replay does not agree with {source}: {difference}.",
        fg=typer.colors.RED,
        err=True,
    )
    raise typer.Exit(ExitCode.FAILED)
