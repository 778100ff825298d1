"""`adrs resume`: go on with a run that was interrupted."""

import typer

from adrs.api.places import DEFAULT_ARCHIVE
from adrs.cli.options import (
    ArchiveOption,
    JsonOption,
    QuietOption,
    RunArgument,
    WeakSandboxOption,
    WorkersOption,
)
from adrs.evaluation.scorer_process import head_start

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
    with head_start() as first:
        from adrs.cli.sitting import sit_again  # half a second of imports, beside the scorer's

        sit_again(
            run,
            archive=archive,
            workers=workers,
            weakest=allow_weak_sandbox,
            first=first,
            json=json,
            quiet=quiet,
        )
