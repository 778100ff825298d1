"""`adrs evaluate`: score one program on a split of a problem."""

import json as jsonlib
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from adrs.api.evaluate import evaluated, read_program, split_of
from adrs.api.isolation import accepted_level
from adrs.api.results import EvaluationResult
from adrs.catalog.problems import load_problem
from adrs.cli.exits import ExitCode
from adrs.cli.options import (
    JsonOption,
    ParamOption,
    ProblemArgument,
    WeakSandboxOption,
    WorkersOption,
    parse_params,
)
from adrs.cli.telling import warn
from adrs.core.scenario import Split
from adrs.report.tables import render_evaluation

app = typer.Typer(add_completion=False)


@app.command()
def evaluate(
    problem: ProblemArgument,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The program's source file.")],
    *,
    split: Annotated[
        str, typer.Option("--split", help="train, validation, heldout, shifted or stress.")
    ] = "train",
    scenarios: Annotated[
        bool, typer.Option("--scenarios", help="Show every scenario, worst first.")
    ] = False,
    param: ParamOption = None,
    workers: WorkersOption = None,
    allow_weak_sandbox: WeakSandboxOption = None,
    json: JsonOption = False,
) -> None:
    """Score FILE on a split of PROBLEM; heldout covers both held-out parts.

    The held-out and stress scenarios are those of your own key, as in your runs.
    """
    splits = _splits(split)
    loaded = load_problem(problem, parse_params(param))
    results = evaluated(
        loaded,
        read_program(file),
        splits,
        workers=workers,
        weakest=accepted_level(allow_weak_sandbox),
        warn=warn,
    )
    if json:
        rows = [_shown(result) for result in results]
        typer.echo(jsonlib.dumps(rows, indent=2, allow_nan=False))
    else:
        for result in results:
            names = [each.scenario for each in result.scenarios]
            shown = names if scenarios and result.ok else None
            render_evaluation(result.evaluation, loaded.objective, Console(), scenarios=shown)
        drawn = results[0].heldout_set
        if drawn is not None:
            typer.echo(f"held-out set {drawn}")
    if not all(result.ok for result in results):
        raise typer.Exit(ExitCode.FAILED)


def _shown(result: EvaluationResult) -> dict[str, object]:
    """Return an evaluation as JSON's types, with the name of the held-out set it is on."""
    fields = asdict(result.evaluation)
    level = result.evaluation.isolation.name
    return {**fields, "isolation": level, "heldout_set": result.heldout_set}


def _splits(name: str) -> tuple[Split, ...]:
    split = split_of(name)
    return (Split.HELDOUT, Split.SHIFTED) if split is Split.HELDOUT else (split,)
