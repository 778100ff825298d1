"""`adrs evaluate`: score one program on a split of a problem."""

import json as jsonlib
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from adrs.catalog.problems import load_problem
from adrs.cli import compose
from adrs.cli.exits import ExitCode
from adrs.cli.heldout_key import users_key
from adrs.cli.isolation import accepted_level, refuse_held_out
from adrs.cli.options import (
    JsonOption,
    ParamOption,
    ProblemArgument,
    WeakSandboxOption,
    WorkersOption,
    parse_params,
)
from adrs.core.evaluation import Evaluation
from adrs.core.program import Program
from adrs.core.scenario import Split, heldout_set
from adrs.errors import UsageError
from adrs.evaluation.splits import scenarios as split_scenarios
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
    program = _read(file)
    key = users_key() if any(s.keyed for s in splits) else ""
    tool = compose.instrument(loaded, key)
    level = compose.isolation(accepted_level(allow_weak_sandbox))
    refuse_held_out(level, splits)
    count = min(compose.worker_count(workers), len(splits) + 1)
    with compose.pool(tool, level=level, workers=count) as evaluations:
        results = [evaluations.evaluate([program], s)[0] for s in splits]
    if json:
        typer.echo(jsonlib.dumps([_shown(result, key) for result in results], indent=2))
    else:
        for result in results:
            members = split_scenarios(loaded.name, loaded.splits[result.split])
            names = [member.id for member in members] if scenarios and result.ok else None
            render_evaluation(result, loaded.objective, Console(), scenarios=names)
        if any(s.keyed for s in splits):
            typer.echo(f"held-out set {heldout_set(key)}")
    if not all(result.ok for result in results):
        raise typer.Exit(ExitCode.FAILED)


def _shown(result: Evaluation, key: str) -> dict[str, object]:
    """Return an evaluation as JSON's types, with the name of the held-out set it is on."""
    return {**asdict(result), "heldout_set": heldout_set(key) if result.split.keyed else None}


def _splits(name: str) -> tuple[Split, ...]:
    if name not in list(Split):
        raise UsageError(f"--split {name}: expected one of {', '.join(Split)}.")
    split = Split(name)
    return (Split.HELDOUT, Split.SHIFTED) if split is Split.HELDOUT else (split,)


def _read(path: Path) -> Program:
    try:
        return Program.of(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as exc:
        raise UsageError(f"{path}: cannot be read: {exc}") from exc
