"""`adrs problems`: list the problems."""

import json as jsonlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import typer
from rich.console import Console
from rich.text import Text

from adrs.api import compose
from adrs.catalog.manifest import read_manifest
from adrs.catalog.problems import discover, load_problem
from adrs.cli.options import JsonOption
from adrs.core.interface import OnlineInterface
from adrs.core.problem import Problem
from adrs.core.scenario import Split
from adrs.errors import AdrsError
from adrs.report.format import ABSENT, better_way
from adrs.report.layout import CONTEXT, STRONG, Column, Table, emit, emit_prose

ONLINE, PLANNER = "online", "planner"
WIDE = 100  # below it the names of references are cut
SHORT = 16  # to that
LEGEND = {
    "baselines, at 0": "baselines: how many, and the one at headroom 0",
    "bound": "bound: where headroom is 1",
    "splits": f"splits: scenarios of {'/'.join(Split)}",
}  # by the title of the column that it explains

app = typer.Typer(add_completion=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What the list says of a problem.

    Attributes:
        problem: the problem.
        kind: whether its policies decide step by step (online) or plan at once (planner); empty
            where its evaluator cannot be built.
        bound: what its evaluator's bound is, exact or relaxed; empty where it does not say.
    """

    problem: Problem
    kind: str
    bound: str

    @property
    def sizes(self) -> dict[str, int]:
        """How many scenarios each split has."""
        return {split.value: self.problem.splits[split].count for split in Split}


@app.command()
def problems(*, json: JsonOption = False) -> None:
    """List the problems that can be called by name."""
    found = [_row(folder.name) for folder in discover()]
    rows = [row for row in found if row is not None]
    if json:
        typer.echo(jsonlib.dumps([_shown(row) for row in rows], indent=2, allow_nan=False))
    else:
        render(rows, Console())


def _row(name: str) -> Row | None:
    """Return what the list says of a problem; None where it is malformed, as is then told."""
    try:
        problem = load_problem(name)
    except AdrsError as exc:
        _tell(f"{name} is left out: {exc}")
        return None
    try:
        interface = compose.instrument(problem).evaluator.interface
    except AdrsError as exc:
        _tell(f"{problem.name}: {exc}")
        kind = ""
    else:
        kind = ONLINE if isinstance(interface, OnlineInterface) else PLANNER
    bound = read_manifest(Path(problem.location)).bound
    return Row(problem=problem, kind=kind, bound=bound or "")


def _tell(text: str) -> None:
    typer.secho(f"adrs: {text}", fg=typer.colors.YELLOW, err=True)


def _shown(row: Row) -> dict[str, object]:
    problem = row.problem
    return {
        "name": problem.name,
        "title": problem.title,
        "evaluator": problem.evaluator,
        "kind": row.kind or None,
        "metric": problem.objective.metric,
        "unit": problem.objective.unit,
        "direction": problem.objective.direction.value,
        "baselines": [b.name for b in problem.baselines],
        "reference": problem.reference,
        "bound": row.bound or None,
        "splits": row.sizes,
    }


def render(rows: Sequence[Row], console: Console) -> None:
    """Print one line a problem; what does not fit is left out, the objective first."""
    if not rows:
        emit(console, [Text("No problems found. Give the path of a problem folder instead.")])
        return
    listed = [row.problem for row in rows]
    references = [Text(f"{len(p.baselines)}, {p.reference}") for p in listed]
    if console.width < WIDE:
        for reference in references:
            reference.truncate(SHORT, overflow="ellipsis")
    columns = (
        Column(title="problem", cells=tuple(Text(p.name, style=STRONG) for p in listed)),
        Column(title="title", cells=tuple(Text(p.title) for p in listed), shrink=True),
        _column("kind", [row.kind for row in rows]),
        Column(title="baselines, at 0", cells=tuple(references), drop=1),
        _column("bound", [row.bound for row in rows], drop=2),
        _column("splits", ["/".join(map(str, row.sizes.values())) for row in rows], drop=3),
        _column("objective", [_objective(problem) for problem in listed], drop=4),
    )
    table = Table(columns=columns)
    emit(console, table.lines(console.width))
    left_out = table.left_out(console.width)
    legend = [words for title, words in LEGEND.items() if title not in left_out]
    emit_prose(console, " · ".join(legend), style=CONTEXT)


def _column(title: str, cells: Sequence[str], *, drop: int = 0) -> Column:
    return Column(title=title, cells=tuple(Text(cell or ABSENT) for cell in cells), drop=drop)


def _objective(problem: Problem) -> str:
    objective = problem.objective
    unit = f", {objective.unit}" if objective.unit else ""
    return f"{objective.metric}{unit} ({better_way(objective).split()[0]})"
