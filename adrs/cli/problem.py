"""`adrs problem show`, `adrs problem new` and `adrs problem check`."""

import shlex
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from adrs.api import compose
from adrs.api.isolation import accepted_level
from adrs.catalog.manifest import read_manifest
from adrs.catalog.new import write_problem
from adrs.catalog.problems import load_problem
from adrs.cli.exits import ExitCode
from adrs.cli.options import ParamOption, ProblemArgument, WeakSandboxOption, parse_params
from adrs.cli.telling import warn
from adrs.core.interface import Interface, OnlineInterface
from adrs.core.problem import Problem
from adrs.core.scenario import Split
from adrs.engine.check import Finding, check_problem
from adrs.report.layout import STRONG, print_line
from adrs.sandbox.modules import IMPORTABLE

app = typer.Typer(no_args_is_help=True, add_completion=False)


@app.callback()
def problem() -> None:
    """Show, begin or check one problem."""


@app.command()
def show(name: ProblemArgument, *, param: ParamOption = None) -> None:
    """Show the statement, the interface, the splits and the baselines of PROBLEM."""
    loaded = load_problem(name, parse_params(param))
    tool = compose.instrument(loaded)
    console = Console(highlight=False, markup=False)
    console.soft_wrap = not console.is_terminal  # a screen gets whole words, a file whole lines
    print_line(console, f"{loaded.name}: {loaded.title}", style=STRONG)
    console.print(f"{loaded.location}\n")
    console.print(loaded.statement.strip() + "\n")
    for line in (*_interface(tool.evaluator.interface), *_facts(loaded)):
        console.print(line)


def _interface(interface: Interface) -> list[str]:
    if isinstance(interface, OnlineInterface):
        return [
            f"Interface: class {interface.entry} with __init__(self, setup) and "
            "decide(self, obs) -> int",
            *(f"  setup.{f.name} ({f.type.name.lower()}): {f.doc}" for f in interface.setup),
            *(f"  obs.{f.name} ({f.type.name.lower()}): {f.doc}" for f in interface.observation),
            *(f"  returns {i}: {name}" for i, name in enumerate(interface.actions)),
        ]
    arguments = ", ".join(a.name for a in interface.arguments)
    return [
        f"Interface: def {interface.entry}({arguments})",
        *(f"  {a.name} ({_shape(a.element, a.ndim)}): {a.doc}" for a in interface.arguments),
        *(f"  returns {a.name} ({_shape(a.element, a.ndim)}): {a.doc}" for a in interface.result),
    ]


def _shape(element: str, ndim: int) -> str:
    return f"{element}, {ndim} dimensions" if ndim else element


def _facts(problem: Problem) -> list[str]:
    objective = problem.objective
    unit = f" in {objective.unit}" if objective.unit else ""
    splits = ", ".join(f"{split} {problem.splits[split].count}" for split in Split)
    limits = problem.limits
    bound = read_manifest(Path(problem.location)).bound
    return [
        f"\nObjective: {objective.direction} {objective.metric}{unit}",
        *([f"Bound: {bound}"] if bound else []),
        f"Scenarios: {splits}",
        f"Limits: {limits.cpu_s:g} CPU s, {limits.memory_mb} MiB, {limits.source_bytes} bytes",
        f"Importable modules: {', '.join(IMPORTABLE)}",
        "Baselines, weak to strong:",
        *(
            f"  {b.name}: {b.title}" + (" (headroom 0)" if b.name == problem.reference else "")
            for b in problem.baselines
        ),
    ]


@app.command()
def new(
    path: Annotated[
        Path, typer.Argument(metavar="PATH", help="A folder to make; its name is the problem's.")
    ],
) -> None:
    """Write a small problem that works, with an evaluator of its own, for you to change."""
    console = Console(soft_wrap=True, highlight=False, markup=False)
    for file in write_problem(path):
        console.print(str(file))
    # With a slash it is a path to every command, whatever else has its name.
    place = shlex.quote(str(path) if len(path.parts) > 1 else f"./{path}")
    console.print(f"\nnext  adrs problem check {place} · adrs run {place} --evals 200")


@app.command()
def check(name: ProblemArgument, *, allow_weak_sandbox: WeakSandboxOption = None) -> None:
    """Check PROBLEM as its author would: splits, baselines, bounds, cheats, mutants, speed."""
    loaded = load_problem(name)
    tool = compose.instrument(loaded)
    level = compose.isolation(accepted_level(allow_weak_sandbox), warn=warn)
    mutator = compose.PROPOSERS["mutator/ast"](loaded)
    start = partial(compose.pool, tool, level=level)
    with start(workers=compose.worker_count(None)) as evaluations:
        findings = check_problem(loaded, evaluations, mutator, anew=partial(start, workers=1))
    _print(findings)
    if not all(finding.ok for finding in findings):
        raise typer.Exit(ExitCode.FAILED)


def _print(findings: list[Finding]) -> None:
    console = Console(soft_wrap=True, highlight=False, markup=False)
    for finding in findings:
        mark = "ok  " if finding.ok else "FAIL"
        style = "green" if finding.ok else "red"
        console.print(f"{mark} {finding.what}: {finding.found}", style=style)
