"""One sitting of a run, new or resumed: scorers, view, engine, report."""

from dataclasses import dataclass

import typer
from rich.console import Console

from adrs.archive.protocol import Archive
from adrs.cli import compose
from adrs.cli.exits import ExitCode
from adrs.cli.interrupts import StopOnInterrupt
from adrs.cli.models import Models
from adrs.cli.reporting import RUNS, show, summary_of
from adrs.core.isolation import IsolationLevel
from adrs.core.problem import Problem
from adrs.core.run import Conclusion, RunRecord
from adrs.engine.run import Run
from adrs.errors import AdrsError
from adrs.report.live.view import make_view
from adrs.report.run.jsonreport import to_json


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitting:
    """What a sitting needs to know beside the run itself.

    Attributes:
        workers: number of scorers.
        level: isolation level of every evaluation.
        json: print the report as JSON on stdout.
        quiet: show nothing while it runs.
        resumed: whether an earlier sitting began the run.
    """

    workers: int
    level: IsolationLevel
    json: bool
    quiet: bool
    resumed: bool


def sit(
    record: RunRecord,
    problem: Problem,
    tool: compose.Instrument,
    archive: Archive,
    sitting: Sitting,
    models: Models | None,
) -> None:
    """Work on a run until it is concluded or stopped, then report and exit with its code."""
    console = Console(stderr=True)
    if not sitting.quiet:
        console.print(compose.proposer_banner(record.config, problem, models), style="yellow")
    try:
        conclusion = _work(record, problem, tool, archive, sitting, models)
    except (AdrsError, KeyboardInterrupt) as exc:
        raise _resumable(record, exc) from exc
    if conclusion is None:
        typer.secho(f"adrs: stopped. `adrs resume {record.name}` goes on.", err=True)
        raise typer.Exit(ExitCode.INTERRUPTED)
    save(archive, record.name, problem, conclusion)
    show(summary_of(archive, record.name, problem), json=sitting.json)


def _work(
    record: RunRecord,
    problem: Problem,
    tool: compose.Instrument,
    archive: Archive,
    sitting: Sitting,
    models: Models | None,
) -> Conclusion | None:
    with (
        compose.pool(tool, level=sitting.level, workers=sitting.workers) as evaluations,
        StopOnInterrupt() as stop,
        make_view(Console(stderr=True), quiet=sitting.quiet) as view,
    ):
        staff = compose.staff(
            record,
            problem,
            tool,
            archive=archive,
            evaluations=evaluations,
            sink=view,
            stop=stop,
            models=models,
        )
        return Run(record, problem, staff).execute(resumed=sitting.resumed)


def _resumable(record: RunRecord, exc: BaseException) -> typer.Exit:
    """Say what happened and which command goes on."""
    stopped = isinstance(exc, KeyboardInterrupt)
    text = "stopped at once" if stopped else str(exc)
    typer.secho(
        f"adrs: {text.rstrip('.')}. What was done is kept; `adrs resume {record.name}` goes on.",
        fg=typer.colors.RED,
        err=True,
    )
    return typer.Exit(ExitCode.INTERRUPTED if stopped else ExitCode.RESUMABLE)


def save(archive: Archive, run: str, problem: Problem, conclusion: Conclusion) -> None:
    """Write the champion and the report where a person looks for them."""
    folder = RUNS / run
    folder.mkdir(parents=True, exist_ok=True)
    folder.joinpath("best.py").write_text(conclusion.champion.source, encoding="utf-8")
    report = to_json(summary_of(archive, run, problem))
    folder.joinpath("report.json").write_text(report + "\n", encoding="utf-8")
