"""`adrs problem show` and `adrs problem check`."""

import typer
from rich.console import Console

from adrs.catalog.problems import load_problem
from adrs.cli import compose
from adrs.cli.exits import ExitCode
from adrs.cli.isolation import accepted_level
from adrs.cli.options import ParamOption, ProblemArgument, WeakSandboxOption, parse_params
from adrs.core.interface import Interface, OnlineInterface
from adrs.core.problem import Problem
from adrs.core.scenario import Split
from adrs.engine.check import Finding, check_problem
from adrs.sandbox.modules import IMPORTABLE

app = typer.Typer(no_args_is_help=True, add_completion=False)


@app.callback()
def problem() -> None:
    """Show or check one problem."""


@app.command()
def show(name: ProblemArgument, *, param: ParamOption = None) -> None:
    """Show the statement, the interface, the splits and the baselines of PROBLEM."""
    loaded = load_problem(name, parse_params(param))
    tool = compose.instrument(loaded)
    console = Console(soft_wrap=True, highlight=False, markup=False)
    console.print(f"{loaded.name}: {loaded.title}", style="bold")
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
    return [
        f"\nObjective: {objective.direction} {objective.metric}{unit}",
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
def check(name: ProblemArgument, *, allow_weak_sandbox: WeakSandboxOption = None) -> None:
    """Check PROBLEM as its author would: programs, determinism, bounds, cheats, vocabulary."""
    loaded = load_problem(name)
    tool = compose.instrument(loaded)
    level = compose.isolation(accepted_level(allow_weak_sandbox))
    with compose.pool(tool, level=level, workers=compose.worker_count(None)) as evaluations:
        findings = check_problem(loaded, evaluations, compose.PROPOSERS["mutator/ast"](loaded))
    _print(findings)
    if not all(finding.ok for finding in findings):
        raise typer.Exit(ExitCode.FAILED)


def _print(findings: list[Finding]) -> None:
    console = Console(soft_wrap=True, highlight=False, markup=False)
    for finding in findings:
        mark = "ok  " if finding.ok else "FAIL"
        style = "green" if finding.ok else "red"
        console.print(f"{mark} {finding.what}: {finding.found}", style=style)
