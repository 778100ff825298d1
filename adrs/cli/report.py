"""`adrs report`: tell what a run found."""

from typing import Annotated

import typer

from adrs.api.places import DEFAULT_ARCHIVE
from adrs.api.reporting import summary_of
from adrs.archive.sql.opening import open_archive
from adrs.catalog.problems import problem_of
from adrs.cli.options import ArchiveOption, JsonOption, RunArgument
from adrs.cli.reporting import show
from adrs.report.run.schema import report_schema

app = typer.Typer(add_completion=False)


@app.command()
def report(
    run: RunArgument = None,
    *,
    archive: ArchiveOption = DEFAULT_ARCHIVE,
    json: JsonOption = False,
    schema: Annotated[
        bool, typer.Option("--schema", help="Print the JSON schema of --json and nothing else.")
    ] = False,
) -> None:
    """Tell what RUN found, so far or in the end."""
    if schema:
        typer.echo(report_schema())
        return
    opened = open_archive(archive, read_only=True)
    try:
        record = opened.run(run)
        problem = problem_of(record)
        show(summary_of(opened, record.name, problem), archive=opened.place, json=json)
    finally:
        opened.close()
