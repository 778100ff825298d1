"""`adrs diff`: show what a run changed in the initial program."""

import typer
from rich.console import Console

from adrs.archive.sql.opening import open_archive
from adrs.cli.conclusions import conclusion_of
from adrs.cli.options import DEFAULT_ARCHIVE, ArchiveOption, RunArgument
from adrs.core.run import Role
from adrs.report.diff import program_diff, render_diff

app = typer.Typer(add_completion=False)


@app.command()
def diff(run: RunArgument = None, *, archive: ArchiveOption = DEFAULT_ARCHIVE) -> None:
    """Show the best program of RUN against the initial program."""
    opened = open_archive(archive, read_only=True)
    try:
        record = opened.run(run)
        conclusion = conclusion_of(opened, record)
        initial = next(a.program for a in opened.assessments(record.name) if a.role is Role.INITIAL)
    finally:
        opened.close()
    assert initial is not None
    name = "champion" if conclusion.improved else "best (no significant improvement)"
    text = program_diff(initial, conclusion.best, names=("initial", name))
    render_diff(text, Console())
