"""`adrs run`: evolve a policy for a problem and report whether the gain is real."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import typer

from adrs import __version__
from adrs.archive.sql.opening import open_archive
from adrs.catalog.problems import load_problem
from adrs.cli import compose
from adrs.cli.config import RunOptions, checked, read_options
from adrs.cli.heldout_key import users_key
from adrs.cli.isolation import accepted_level
from adrs.cli.options import (
    DEFAULT_ARCHIVE,
    ArchiveOption,
    BaseUrlOption,
    CacheOption,
    CallsOption,
    ConcurrencyOption,
    ConfigOption,
    EvalsOption,
    JsonOption,
    ModelOption,
    NameOption,
    NoControlOption,
    OrderOption,
    ParamOption,
    ProblemArgument,
    QuietOption,
    SeedOption,
    StrategyOption,
    TimeOption,
    TokensOption,
    UsdOption,
    WeakSandboxOption,
    WindowOption,
    WithoutOption,
    WorkersOption,
    parse_duration,
    parse_params,
)
from adrs.cli.runconfig import (
    evaluations_cap,
    order_of,
    proposing,
    window_of,
)
from adrs.cli.sitting import Sitting, sit
from adrs.core.isolation import IsolationLevel
from adrs.core.problem import Problem
from adrs.core.run import RunConfig, RunRecord, RunStatus
from adrs.engine.names import run_name
from adrs.errors import UsageError

DEFAULT_SEED = 1
app = typer.Typer(add_completion=False)


@app.command()
def run(
    problem: ProblemArgument,
    *,
    evals: EvalsOption = None,
    time: TimeOption = None,
    seed: SeedOption = None,
    model: ModelOption = None,
    calls: CallsOption = None,
    tokens: TokensOption = None,
    usd: UsdOption = None,
    concurrency: ConcurrencyOption = None,
    order: OrderOption = None,
    base_url: BaseUrlOption = None,
    cache: CacheOption = False,
    strategy: StrategyOption = None,
    without: WithoutOption = None,
    window: WindowOption = None,
    workers: WorkersOption = None,
    allow_weak_sandbox: WeakSandboxOption = None,
    param: ParamOption = None,
    config: ConfigOption = None,
    name: NameOption = None,
    no_control: NoControlOption = False,
    archive: ArchiveOption = DEFAULT_ARCHIVE,
    json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Evolve a policy for PROBLEM and report whether the gain is real.

    Without a model the blind program mutator proposes: no key, no network.
    """
    given = _said(
        model=model or None, calls=calls, tokens=tokens, usd=usd, concurrency=concurrency,
        order=order, base_url=base_url, cache=cache or None, strategy=strategy,
        without=without or None, evals=evals, time=time, seed=seed, window=window,
        workers=workers, params=parse_params(param), control=False if no_control else None,
    )  # fmt: skip
    options = (read_options(config) if config else RunOptions()).under(given)
    place = _Place(archive=archive, name=name, json=json, quiet=quiet)
    _begin(problem, options, place, accepted_level(allow_weak_sandbox))


def _said(**options: object) -> RunOptions:
    """Return the options of the command line; None is one that was not given."""
    return checked({k: v for k, v in options.items() if v is not None}, where="--")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Where a run goes and how it shows itself."""

    archive: str
    name: str | None
    json: bool
    quiet: bool


def _begin(name_or_path: str, options: RunOptions, place: _Place, weakest: IsolationLevel) -> None:
    workers = compose.worker_count(options.workers)
    name = _checked_name(place.name)
    problem = load_problem(name_or_path, options.params)
    config = _config(name_or_path, options, problem, weakest)
    models = compose.models_of(config)
    tool = compose.instrument_of(config, problem)
    level = compose.isolation(weakest)
    compose.check_proposer(config, problem, tool, models, archive=place.archive)
    archive = open_archive(place.archive)
    try:
        taken = {record.name for record in archive.runs()}
        record = RunRecord(
            name=name or run_name(problem.name, config.seed, taken),
            config=config,
            problem_parts=problem.parts,
            evaluator=tool.label,
            adrs_version=__version__,
            created_at=datetime.now(UTC).isoformat(timespec="seconds"),
            status=RunStatus.RUNNING,
        )
        archive.create_run(record)
        sitting = Sitting(
            workers=workers, level=level, json=place.json, quiet=place.quiet, resumed=False
        )
        sit(record, problem, tool, archive, sitting, models)
    finally:
        archive.close()


def _config(
    name_or_path: str, options: RunOptions, problem: Problem, weakest: IsolationLevel
) -> RunConfig:
    time_s = None if options.time is None else parse_duration(options.time)
    who = proposing(options, time_s)
    team = who.models
    strategy = compose.named(
        "strategy", options.strategy or compose.DEFAULT_STRATEGY, compose.STRATEGIES
    )
    without = tuple(options.without or ())
    compose.check_features(strategy, without)
    is_path = Path(name_or_path).resolve() == Path(problem.location)
    return RunConfig(
        problem=problem.location if is_path else problem.name,
        seed=DEFAULT_SEED if options.seed is None else options.seed,
        strategy=strategy,
        proposer=who.name,
        evals=evaluations_cap(options, who, time_s),
        time_s=time_s,
        window=options.window or window_of(team),
        order=order_of(options, team),
        models=team,
        control=options.control is not False,
        without=without,
        minimum_isolation=weakest.name,
        params={name: problem.params[name] for name in options.params},
        heldout_key=users_key(),
    )


def _checked_name(name: str | None) -> str | None:
    if name is not None and (not name or not name.replace("-", "").replace("_", "").isalnum()):
        raise UsageError(f"--run '{name}': expected letters, digits, '-' and '_'.")
    return name
