"""`adrs bench`: strategies × problems × seeds at equal budgets, in one table."""

import json as jsonlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

import typer
from rich.console import Console

from adrs.api import compose
from adrs.api.config import RunOptions, options_of
from adrs.api.heldout_key import PUBLIC, VARIABLE, users_key
from adrs.api.places import DEFAULT_ARCHIVE
from adrs.api.runconfig import DEFAULT_CALLS, DEFAULT_EVALS
from adrs.archive.protocol import Archive
from adrs.archive.sql.opening import open_archive
from adrs.catalog.problems import load_problem
from adrs.cli.benching.crew import Crew, Ending, Task, environment_with
from adrs.cli.benching.plan import Contender, Plan, Terms, contenders, is_finished, plans
from adrs.cli.benching.simulated import simulated_cells
from adrs.cli.exits import ExitCode
from adrs.cli.interrupts import StopOnInterrupt
from adrs.cli.options import (
    ArchiveOption,
    BaseUrlOption,
    CallsOption,
    ConfigOption,
    EvalsOption,
    JsonOption,
    ModelOption,
    QuietOption,
)
from adrs.cli.telling import complain, warn
from adrs.core.problem import Problem
from adrs.core.run import RunRecord
from adrs.core.scenario import Scalar
from adrs.errors import UsageError
from adrs.report.bench.cells import read_cell
from adrs.report.bench.stats import BenchTable, bench_table
from adrs.report.bench.table import render_bench
from adrs.report.format import plural
from adrs.report.problemfacts import ProblemFacts
from adrs.report.run.jsonreport import as_json

DEFAULT_SEEDS = 5
app = typer.Typer(add_completion=False)

ProblemsArgument = Annotated[
    list[str] | None,
    typer.Argument(metavar="PROBLEM...", help="Names of problems, or paths of their folders."),
]
StrategiesOption = Annotated[
    str, typer.Option("--strategies", metavar="A,B,C", help="Who is compared; the first to all.")
]
SeedsOption = Annotated[int, typer.Option("--seeds", min=1, help="Runs of each, seeds 1, 2, ...")]
AblateOption = Annotated[
    bool,
    typer.Option(
        "--ablate",
        help="Also run with each part of a strategy switched off; on, if usually off.",
    ),
]
SimulatedOption = Annotated[
    bool,
    typer.Option(
        "--simulated",
        help="Search with a simulated model on made-up programs, without problems and archive; "
        "nothing about real models follows from it.",
    ),
]
ControlOption = Annotated[
    bool, typer.Option("--control", help="Let every run have its blind control, too.")
]
RunWorkersOption = Annotated[
    int, typer.Option("--workers-per-run", min=1, help="Scorer processes of each run.")
]
JobsOption = Annotated[
    int | None,
    typer.Option("--jobs", min=1, help="Runs at a time.", show_default="cores"),
]


@app.command()
def bench(
    problems: ProblemsArgument = None,
    *,
    strategies: StrategiesOption,
    seeds: SeedsOption = DEFAULT_SEEDS,
    evals: EvalsOption = None,
    calls: CallsOption = None,
    model: ModelOption = None,
    base_url: BaseUrlOption = None,
    config: ConfigOption = None,
    ablate: AblateOption = False,
    simulated: SimulatedOption = False,
    control: ControlOption = False,
    workers_per_run: RunWorkersOption = 1,
    jobs: JobsOption = None,
    archive: ArchiveOption = DEFAULT_ARCHIVE,
    json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Compare strategies on PROBLEM... at equal budgets, over several seeds.

    Each cell is an ordinary run in the archive. Runs that are finished are not done again, so the
    same command goes on with a benchmark that was interrupted, or adds seeds and strategies to it.
    """
    _refuse_below_one(evals=evals, calls=calls)
    who = contenders(strategies, ablate=ablate)
    show = _Screen(json=json, quiet=quiet)
    if simulated:
        _refuse_with_simulated(
            problem=problems, evals=evals, model=model, base_url=base_url, config=config,
            control=control,
        )  # fmt: skip
        show.table(_simulated(who, seeds, DEFAULT_CALLS if calls is None else calls, show))
        return
    options = options_of({"evals": evals, "calls": calls, "model": model or None}, config)
    if ablate:
        _refuse_switched(options)
    terms = Terms(
        evals=_evaluations(options),
        calls=_calls(options),
        models=tuple(options.proposers),
        base_url=base_url or "",
        config=config,
        options=options,
        control=control or options.control is True,
        workers=workers_per_run,
        archive=archive,
        heldout_key=users_key(warn),
    )
    given = _loaded(problems, terms.options.params)
    _Bench(given, terms, show).run(
        who, seeds, _side_by_side(workers_per_run) if jobs is None else jobs
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Screen:
    """How a benchmark shows itself."""

    json: bool
    quiet: bool

    def tell(self, text: str) -> None:
        """Say how far it is, on stderr."""
        if not self.quiet:
            typer.echo(text, err=True)

    def table(self, table: BenchTable) -> None:
        """Print the result, on stdout."""
        if self.json:
            typer.echo(jsonlib.dumps(as_json(table), indent=2, allow_nan=False))
        else:
            render_bench(table, Console())


class _Bench:
    """A benchmark on real problems.

    Args:
        problems: what is optimised, by what the user called it.
        terms: what is equal for all runs.
        screen: how it shows itself.
    """

    def __init__(self, problems: dict[str, Problem], terms: Terms, screen: _Screen) -> None:
        self._problems = problems
        self._given = {problem.name: given for given, problem in problems.items()}
        self._terms = terms
        self._screen = screen

    def run(self, who: Sequence[Contender], seeds: int, jobs: int) -> None:
        """Do what is not done yet, and show the table."""
        wanted = list(plans(list(self._problems.values()), who, seeds, self._terms))
        failed = self._work(wanted, jobs)
        try:
            self._report(wanted, [contender.label for contender in who])
        except UsageError as exc:
            if not failed:
                raise
            complain(str(exc))
        if failed:
            raise typer.Exit(_tell_of_failures(failed))

    def _work(self, wanted: Sequence[Plan], jobs: int) -> list[Ending]:
        """Do what is not done yet; return what failed."""
        archive = open_archive(self._terms.archive)
        try:
            records = _records(archive, wanted)
        finally:
            archive.close()
        todo = [plan for plan in wanted if not is_finished(records.get(plan.name))]
        done = len(wanted) - len(todo)
        if done:
            self._screen.tell(f"{done} of {len(wanted)} runs are finished already")

        def tell(ending: Ending) -> None:
            nonlocal done
            done += ending.done
            what = "finished" if ending.done else f"not finished: {ending.words}"
            self._screen.tell(f"[{done}/{len(wanted)}] {ending.name} {what}")

        environment = environment_with(self._terms.heldout_key, VARIABLE, PUBLIC)
        with (
            StopOnInterrupt() as stop,
            Crew(jobs=jobs, environment=environment, stop=stop) as crew,
        ):
            tasks = [self._task(plan, records.get(plan.name)) for plan in todo]
            return [ending for ending in crew.work(tasks, tell) if not ending.done]

    def _task(self, plan: Plan, record: RunRecord | None) -> Task:
        arguments = plan.command(record, self._given[plan.problem.name])
        return Task(name=plan.name, problem=plan.problem.name, arguments=tuple(arguments))

    def _report(self, wanted: Sequence[Plan], labels: Sequence[str]) -> None:
        archive = open_archive(self._terms.archive, read_only=True)
        try:
            records = _records(archive, wanted)
            cells = [
                read_cell(
                    archive,
                    records[plan.name],
                    problem=plan.problem.name,
                    facts=ProblemFacts.of(plan.problem),
                    contender=plan.contender.label,
                    calls=self._terms.counts_calls,
                )
                for plan in wanted
                if is_finished(records.get(plan.name))
            ]
        finally:
            archive.close()
        unit = "calls" if self._terms.counts_calls else "evaluations"
        self._screen.table(
            bench_table(cells, contenders=labels, unit=unit, budget=self._terms.budget)
        )


def _tell_of_failures(failed: Sequence[Ending]) -> ExitCode:
    for ending in failed:
        refusal = "was refused, and no other of its problem begun: " if ending.refused else ""
        complain(f"run {ending.name}: {refusal}{ending.words}")
    refused = sum(ending.refused for ending in failed)
    if refused < len(failed):
        count = plural(len(failed) - refused, "run")
        complain(f"{count} not finished. The same command goes on with them.")
    return ExitCode.USAGE if refused else ExitCode.RESUMABLE


def _records(archive: Archive, wanted: Sequence[Plan]) -> dict[str, RunRecord]:
    """Return the runs of the benchmark that have begun.

    Raises:
        UsageError: a run has the name of one, and is another.
    """
    known = {record.name: record for record in archive.runs()}
    for plan in wanted:
        if plan.name in known:
            plan.check(known[plan.name])
    return {plan.name: known[plan.name] for plan in wanted if plan.name in known}


def _simulated(who: Sequence[Contender], seeds: int, calls: int, screen: _Screen) -> BenchTable:
    def tell(label: str) -> None:
        screen.tell(f"{label}: {seeds} searches of {calls} calls")

    cells = simulated_cells(who, seeds=seeds, calls=calls, tell=tell)
    labels = [contender.label for contender in who]
    return bench_table(cells, contenders=labels, unit="calls", budget=calls, simulated=True)


def _loaded(problems: Sequence[str] | None, params: Mapping[str, Scalar]) -> dict[str, Problem]:
    """Return the problems, with these parameters over their own, by what the user called them.

    Raises:
        UsageError: there is none, one is not found, or two have the same name.
    """
    if not problems:
        raise UsageError("name at least one problem, or give --simulated; `adrs problems` lists.")
    loaded = {given: load_problem(given, params) for given in problems}
    names = [problem.name for problem in loaded.values()]
    if len(set(names)) < len(problems):
        raise UsageError(f"{' '.join(problems)}: a problem is named twice.")
    return loaded


def _asks_models(options: RunOptions) -> bool:
    return any(name not in compose.PROPOSERS for name in options.proposers)


def _evaluations(options: RunOptions) -> int | None:
    return DEFAULT_EVALS if options.evals is None and not _asks_models(options) else options.evals


def _calls(options: RunOptions) -> int | None:
    if not _asks_models(options):
        if options.calls is not None:
            raise UsageError("--calls: name a model with --model, or give --simulated.")
        return None
    return DEFAULT_CALLS if options.evals is None and options.calls is None else options.calls


def _refuse_below_one(**counts: int | None) -> None:
    for option, value in counts.items():
        if value is not None and value < 1:
            raise UsageError(f"--{option} {value}: expected at least 1.")


def _refuse_switched(options: RunOptions) -> None:
    """Refuse to ablate what is not whole: each run would differ from the first in two parts."""
    for name, parts in (("also", options.also), ("without", options.without)):
        if parts:
            raise UsageError(
                f"--ablate: the configuration file has {name} = {list(parts)}, and parts are what "
                "is switched here. Leave it out."
            )


def _refuse_with_simulated(problem: Sequence[str] | None, **options: object) -> None:
    named = {f"--{name.replace('_', '-')}": given for name, given in options.items()}
    for option, given in {"PROBLEM": problem, **named}.items():
        if given:
            raise UsageError(
                f"--simulated: {option} is about real runs; give --strategies, --seeds and --calls."
            )


def _side_by_side(workers: int) -> int:
    return max(1, compose.worker_count(None) // workers)
