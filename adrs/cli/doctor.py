"""`adrs doctor`: tell what this host offers for isolating candidates."""

import json as jsonlib
import os
from collections.abc import Iterable

import typer
from rich.console import Console

from adrs.api.isolation import OPTION, preflight_cache
from adrs.cli.exits import ExitCode
from adrs.cli.options import JsonOption
from adrs.core.isolation import WEAKEST
from adrs.report.format import plural
from adrs.report.tables import CheckRow, render_checks
from adrs.sandbox.checks import Check
from adrs.sandbox.preflight import Preflight, preflight

app = typer.Typer(add_completion=False)


@app.command()
def doctor(*, json: JsonOption = False) -> None:
    """Attack the sandbox on this host and tell what holds; fails below isolation level L2."""
    found = preflight(WEAKEST)
    preflight_cache(os.environ).write(found)
    if json:
        typer.echo(jsonlib.dumps(_document(found), indent=2, allow_nan=False))
    else:
        _print(found, Console())
    if not found.sufficient:
        raise typer.Exit(ExitCode.FAILED)


def _print(found: Preflight, console: Console) -> None:
    console.print("The sandbox and its parts", style="bold")
    render_checks(_rows(c for c in found.checks if not c.attack), console)
    attacks = [check for check in found.checks if check.attack]
    if attacks:
        console.print("\nAttacks from inside it, each tried just now", style="bold")
        render_checks(_rows(attacks), console)
    console.print()
    for line in _summary(found):
        console.print(line, highlight=False, markup=False)


def _rows(checks: Iterable[Check]) -> list[CheckRow]:
    return [
        CheckRow(name=c.name, ok=c.available, found=c.found, stops=c.stops, remedy=c.remedy)
        for c in checks
    ]


def _summary(found: Preflight) -> list[str]:
    if not found.works:
        return ["isolation level none: this host runs no candidates"]
    lines = [f"isolation level {found.level.name}: {found.level.summary}"]
    if found.got_through:
        names = ", ".join(check.name for check in found.got_through)
        lines.append(f"{plural(len(found.got_through), 'attack')} got through: {names}")
    if not found.sufficient:
        lines.append(
            f"`adrs run` refuses below {found.minimum.name}; `{OPTION} {found.level.name}` goes on "
            "all the same, without held-out workloads"
        )
    return lines


def _document(found: Preflight) -> dict[str, object]:
    return {
        "level": found.level.name if found.works else None,
        "summary": found.level.summary if found.works else "",
        "needed": found.minimum.name,
        "sufficient": found.sufficient,
        "checks": [
            {
                "name": check.name,
                "kind": "attack" if check.attack else "part",
                "available": check.available,
                "found": check.found,
                "stops": check.stops,
                "remedy": check.remedy,
                "needed_by": None if check.needed_by is None else check.needed_by.name,
            }
            for check in found.checks
        ],
    }
