"""`adrs resume`: go on with a run that was interrupted."""

import typer

from adrs.archive.sql.opening import open_archive
from adrs.catalog.problems import load_problem
from adrs.cli import compose
from adrs.cli.isolation import accepted_level
from adrs.cli.options import (
    DEFAULT_ARCHIVE,
    ArchiveOption,
    JsonOption,
    QuietOption,
    RunArgument,
    WeakSandboxOption,
    WorkersOption,
)
from adrs.cli.sitting import Sitting, sit
from adrs.core.isolation import IsolationLevel
from adrs.core.run import RunRecord, RunStatus
from adrs.engine.run import changed_parts
from adrs.errors import UsageError

app = typer.Typer(add_completion=False)


@app.command()
def resume(
    run: RunArgument = None,
    *,
    workers: WorkersOption = None,
    allow_weak_sandbox: WeakSandboxOption = None,
    archive: ArchiveOption = DEFAULT_ARCHIVE,
    json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Go on with RUN from its last committed trial; its result is as if it had never stopped.

    A run that was begun with a weak sandbox goes on with one.
    """
    accepted = accepted_level(allow_weak_sandbox)
    open_archive(archive, read_only=True).close()  # resuming never creates an archive
    opened = open_archive(archive)
    try:
        record = opened.run(run)
        _refuse_finished(record)
        models = compose.models_of(record.config)
        problem = load_problem(record.config.problem, record.config.params)
        tool = compose.instrument_of(record.config, problem)
        changed = changed_parts(record, problem, tool.label)
        if changed:
            raise UsageError(
                f"run {record.name} cannot go on: since it began, {', '.join(changed)} changed. "
                f"Put it back, or begin again with `adrs run {record.config.problem}`."
            )
        begun_with = IsolationLevel[record.config.minimum_isolation]
        sitting = Sitting(
            workers=compose.worker_count(workers),
            level=compose.isolation(min(begun_with, accepted)),
            json=json,
            quiet=quiet,
            resumed=True,
        )
        if models is not None:
            models.ready()
        sit(record, problem, tool, opened, sitting, models)
    finally:
        opened.close()


def _refuse_finished(record: RunRecord) -> None:
    if record.status is RunStatus.FINISHED:
        raise UsageError(
            f"run {record.name} is finished: there is nothing to resume. "
            f"`adrs report {record.name}` shows it."
        )
