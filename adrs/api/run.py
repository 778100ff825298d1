"""`adrs.run`, and how a run is begun."""

import os
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from adrs import __version__
from adrs.api import compose
from adrs.api.config import RunOptions, options_of
from adrs.api.heldout_key import users_key
from adrs.api.holding import held
from adrs.api.isolation import accepted_level
from adrs.api.places import DEFAULT_ARCHIVE
from adrs.api.runconfig import run_config
from adrs.api.sitting import Sitting
from adrs.api.stopping import check_listeners
from adrs.api.warning import Warn, warnings_only
from adrs.archive.protocol import Archive
from adrs.archive.sql.opening import open_archive
from adrs.catalog.problems import load_problem
from adrs.core.arguments import expect, text_of_path
from adrs.core.events import EventSink, Warned
from adrs.core.isolation import IsolationLevel
from adrs.core.problem import Problem
from adrs.core.run import RunConfig, RunRecord, RunStatus
from adrs.core.scenario import Scalar, Split
from adrs.engine.names import create_nameless, run_name
from adrs.errors import UsageError
from adrs.evaluation.scorer_process import ScorerProcess, head_start

if TYPE_CHECKING:
    from adrs.api.results import RunResult

_LONGEST_NAME = 100  # bytes; a folder is called so


def run(
    problem: str | os.PathLike[str],
    *,
    evals: int | None = None,
    time: float | str | None = None,
    seed: int | None = None,
    model: str | Sequence[str] | None = None,
    calls: int | None = None,
    tokens: int | None = None,
    usd: float | None = None,
    concurrency: int | None = None,
    order: str | None = None,
    base_url: str | None = None,
    cache: bool | None = None,
    models: Mapping[str, Mapping[str, object]] | None = None,
    prompts: str | os.PathLike[str] | None = None,
    prompt_tokens: int | None = None,
    strategy: str | None = None,
    also: Sequence[str] | None = None,
    without: Sequence[str] | None = None,
    window: int | None = None,
    workers: int | None = None,
    params: Mapping[str, Scalar] | None = None,
    control: bool | None = None,
    config: str | os.PathLike[str] | None = None,
    name: str | None = None,
    archive: str | os.PathLike[str] = DEFAULT_ARCHIVE,
    allow_weak_sandbox: str | None = None,
    events: EventSink = warnings_only,
    stop: threading.Event | None = None,
) -> "RunResult":
    """Evolve a policy for a problem and tell whether the gain is real, as `adrs run` does.

    The run, its champion and its report are kept where the command line keeps them, so `adrs
    report` and the like know it. Nothing is printed. Any thread may call it; Ctrl-C, where it
    raises KeyboardInterrupt, leaves a run that can be resumed.

    Args:
        problem: a problem's name, or the path of its folder.
        evals: evaluations of the search; 2000 unless another budget is given.
        time: wall time from the run's start until its search ends: seconds, or text such as "10m".
        seed: the run's seed; 1.
        model: who proposes: "mutator/ast" (no model; the default), "PROVIDER/NAME[:WEIGHT][@TIER]",
            "manual:DIR" or "replay:RUN"; several models in a sequence.
        calls: answered model calls; 100 unless another budget is given.
        tokens: tokens sent and received.
        usd: US dollars for models.
        concurrency: how many calls are made at once; 8.
        order: "ordered" (same seed, same trials) or "arrival" (nobody waits for a slow answer);
            arrival with models, else ordered.
        base_url: an OpenAI-compatible server for all models.
        cache: whether answers of other runs in the archive are used for equal requests; no.
        models: settings of models, by their names or "*", as in a configuration file.
        prompts: a folder of templates that go before the shipped ones.
        prompt_tokens: most tokens that a prompt may have; 24000.
        strategy: who chooses; "adaptive".
        also: parts of the strategy to switch on that are usually off.
        without: parts of it to switch off.
        window: trials asked before the first is told; 8, or twice `concurrency`.
        workers: scorer processes; as many as cores. They change the speed, never the result.
        params: evaluator parameters in place of the problem's.
        control: whether blind single edits run at the same number of evaluations; yes.
        config: a configuration file, for what is not given here.
        name: the run's name; made up unless given.
        archive: path of an SQLite file, or SQLAlchemy URL.
        allow_weak_sandbox: "L1" or "L0" to go on where the host has no better isolation.
        events: is told of everything, in the caller's thread; types in `adrs.core.events`. Unless
            given, what must not be missed becomes a RuntimeWarning and the rest is left unsaid.
        stop: set it, from any thread, to end the run when what is in flight is finished.

    Raises:
        UsageError: an argument is wrong; nothing was begun.
        SandboxUnavailableError: this host cannot isolate candidates; nothing was begun.
        Interrupted: `stop` was set; `adrs.resume(name)` goes on.
        AdrsError: any other fault; where the run was begun, a note says how to go on.
    """
    given: dict[str, object] = {
        "evals": evals, "time": None if time is None else str(time), "seed": seed,
        "model": _listed(model), "calls": calls, "tokens": tokens, "usd": usd,
        "concurrency": concurrency, "order": order, "base_url": base_url, "cache": cache,
        "models": models, "prompts": None if prompts is None else text_of_path("prompts", prompts),
        "prompt_tokens": prompt_tokens, "strategy": strategy, "also": _listed(also),
        "without": _listed(without), "window": window, "workers": workers, "params": params,
        "control": control,
    }  # fmt: skip
    place = text_of_path("archive", archive)
    check_listeners(events, stop)
    file = None if config is None else Path(text_of_path("config", config))
    options = options_of(given, file)
    weakest = accepted_level(allow_weak_sandbox)
    with (
        head_start() as first,
        begun(
            text_of_path("problem", problem),
            options,
            archive=place,
            name=name,
            weakest=weakest,
            warn=lambda text: events(Warned(message=text)),
            first=first,
        ) as sitting,
    ):
        return sitting.work(events=events, stop=stop or threading.Event())


def _listed(names: object) -> object:
    if isinstance(names, (str, bytes)):
        return [names]
    return list(names) if isinstance(names, Iterable) else names


@contextmanager
def begun(
    problem: str,
    options: RunOptions,
    *,
    archive: str,
    name: str | None,
    weakest: IsolationLevel,
    warn: Warn,
    first: ScorerProcess | None = None,
) -> Iterator[Sitting]:
    """Check all that a new run needs, put it in its archive, and keep that and its scorers open.

    Args:
        problem: a problem's name, or the path of its folder.
        options: what the user said.
        archive: path or URL.
        name: the run's name; made up for None.
        weakest: the weakest isolation level the user accepts.
        warn: is told what the user should know.
        first: a scorer that was started before; see `head_start`.

    Raises:
        UsageError: an option is wrong; nothing was written.
        ProblemError: with the user's parameters a split has no workloads; nothing was written.
        SandboxUnavailableError: this host's isolation is weaker than that.
        ArchiveError: the archive cannot be used.
    """
    workers = compose.worker_count(options.workers)
    name = _checked_name(name)
    loaded = load_problem(problem, options.params)
    config = run_config(problem, options, loaded, weakest=weakest)
    config = replace(config, heldout_key=users_key(warn))
    models = compose.models_of(config)
    if models is not None and models.idle_settings:
        warn(models.idle_settings)
    tool = compose.instrument_of(config, loaded)
    if options.params:  # those of the problem itself are what `adrs problem check` is for
        compose.check_workloads(tool)
    level = compose.isolation(weakest, warn=warn)
    with compose.pool(tool, level=level, workers=workers, first=first) as evaluations:
        if models is not None:
            # What the first prompts tell is found out while the models' libraries are imported.
            humans = [loaded.initial, *(baseline.program for baseline in loaded.baselines)]
            evaluations.foresee(humans, Split.TRAIN)
        compose.check_proposer(config, loaded, tool, models, archive=archive)
        with closing(open_archive(archive)) as opened:
            created = _created(opened, name, config, loaded, tool)
            with held(opened, created.name) as record:
                yield Sitting(
                    record=record,
                    problem=loaded,
                    tool=tool,
                    archive=opened,
                    models=models,
                    evaluations=evaluations,
                    resumed=False,
                )


def _created(
    archive: Archive,
    name: str | None,
    config: RunConfig,
    problem: Problem,
    tool: compose.Instrument,
) -> RunRecord:
    """Add a new run to its archive, and return it.

    Raises:
        UsageError: the name is taken.
    """
    record = RunRecord(
        name=name or "",
        config=config,
        problem_parts=problem.parts,
        evaluator=tool.label,
        adrs_version=__version__,
        created_at=datetime.now(UTC).isoformat(timespec="seconds"),
        status=RunStatus.RUNNING,
    )
    if name is None:
        return create_nameless(archive, record, partial(run_name, problem.name, config.seed))
    archive.create_run(record)
    return record


def _checked_name(name: str | None) -> str | None:
    """Return a run's name, which is an argument of other commands and the name of a folder, too."""
    if name is None:
        return None
    expect(isinstance(name, str), "name", name, "a run's name")
    letters = name.replace("-", "").replace("_", "")
    if name.startswith("-") or not letters.isalnum() or len(name.encode()) > _LONGEST_NAME:
        raise UsageError(
            f"--run '{name[:_LONGEST_NAME]}': expected letters, digits, '-' and '_', not '-' at "
            f"first, and at most {_LONGEST_NAME} bytes."
        )
    return name
