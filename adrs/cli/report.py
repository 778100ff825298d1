"""`adrs report`: tell what a run found."""

import typer

from adrs.archive.sql.opening import open_archive
from adrs.catalog.problems import load_problem
from adrs.cli.options import DEFAULT_ARCHIVE, ArchiveOption, JsonOption, RunArgument
from adrs.cli.sitting import show, summary_of

app = typer.Typer(add_completion=False)


@app.command()
def report(
    run: RunArgument = None,
    *,
    archive: ArchiveOption = DEFAULT_ARCHIVE,
    json: JsonOption = False,
) -> None:
    """Tell what RUN found, so far or in the end."""
    opened = open_archive(archive, read_only=True)
    try:
        record = opened.run(run)
        problem = load_problem(record.config.problem, record.config.params)
        show(summary_of(opened, record.name, problem), json=json)
    finally:
        opened.close()
