"""`adrs doctor`: tell what this host offers for isolating candidates."""

import typer
from rich.console import Console

from adrs.cli.exits import ExitCode
from adrs.core.isolation import IsolationLevel
from adrs.report.tables import CheckRow, render_checks
from adrs.sandbox.preflight import preflight

app = typer.Typer(add_completion=False)


@app.command()
def doctor() -> None:
    """Attack the sandbox on this host and tell what holds; fails below isolation level L2."""
    result = preflight()
    rows = [
        CheckRow(name=c.name, ok=c.available, found=c.found, stops=c.stops, remedy=c.remedy)
        for c in result.checks
    ]
    console = Console()
    render_checks(rows, console)
    console.print(f"isolation level {result.level.name}: {result.level.summary}")
    if result.level < IsolationLevel.L2:
        raise typer.Exit(ExitCode.FAILED)
