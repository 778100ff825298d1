"""`adrs problems`: list the problems."""

import json as jsonlib

import typer
from rich.console import Console

from adrs.catalog.problems import discover, load_problem
from adrs.cli.options import JsonOption
from adrs.report.tables import render_problems

app = typer.Typer(add_completion=False)


@app.command()
def problems(*, json: JsonOption = False) -> None:
    """List the problems that can be called by name."""
    loaded = [load_problem(folder.name) for folder in discover()]
    if not json:
        render_problems(loaded, Console())
        return
    rows = [
        {
            "name": p.name,
            "title": p.title,
            "evaluator": p.evaluator,
            "metric": p.objective.metric,
            "unit": p.objective.unit,
            "direction": p.objective.direction.value,
            "baselines": [b.name for b in p.baselines],
        }
        for p in loaded
    ]
    typer.echo(jsonlib.dumps(rows, indent=2))
