"""The composition root: which concrete class stands behind every name that a user gives."""

import difflib
import functools
import os
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from adrs.api.isolation import banner, preflight_cache, refusal
from adrs.api.models import (
    REPLAY,
    Models,
    ModelWork,
    model_proposals,
    recorded_answers,
    replayed_proposals,
)
from adrs.api.stopping import Stop
from adrs.api.warning import Warn, warn_caller
from adrs.archive.protocol import Archive
from adrs.archive.sql.opening import open_archive
from adrs.catalog.manifest import MANIFEST
from adrs.catalog.problems import evaluator_reference
from adrs.core.events import EventSink
from adrs.core.isolation import WEAKEST, IsolationLevel
from adrs.core.objective import Objective
from adrs.core.problem import Problem
from adrs.core.program import node_count
from adrs.core.run import USUALLY_OFF, Order, RunConfig, RunRecord
from adrs.core.trial import Arm
from adrs.engine.courses import (
    ArrivalCourse,
    Course,
    OrderedCourse,
    Passage,
    RecordedCourse,
)
from adrs.engine.evaluations import Evaluations
from adrs.engine.proposals import InlineProposals, Proposals
from adrs.engine.reduction import Reducer
from adrs.engine.remembered import Recorded, RememberedEvaluations
from adrs.engine.staff import Briefing, Searcher, Staff
from adrs.engine.tuning import Tuner
from adrs.errors import ProblemError, SandboxUnavailableError, UsageError
from adrs.evaluation.cores import available_cores
from adrs.evaluation.instrument import build_evaluator, own_faults
from adrs.evaluation.pool import ScorerPool
from adrs.evaluation.protocol import Evaluator
from adrs.evaluation.scorer_process import ScorerProcess
from adrs.evaluation.scoring import Task
from adrs.evaluation.splits import scenarios
from adrs.proposers.mutator.proposer import AstMutator, SingleEditMutator
from adrs.proposers.mutator.reduction import reductions
from adrs.proposers.protocol import Proposer
from adrs.sandbox.preflight import preflight
from adrs.search.adaptive.strategy import AdaptiveStrategy
from adrs.search.best_of_n import BestOfNStrategy
from adrs.search.greedy import GreedyStrategy
from adrs.search.islands import IslandsStrategy
from adrs.search.map_elites import MapElitesStrategy
from adrs.search.pareto import ParetoStrategy
from adrs.search.protocol import Strategy
from adrs.search.random import RandomStrategy
from adrs.search.sequential import SequentialStrategy

STRATEGIES: dict[str, Callable[..., Strategy]] = {
    "adaptive": AdaptiveStrategy,
    "islands": IslandsStrategy,
    "map-elites": MapElitesStrategy,
    "pareto": ParetoStrategy,
    "greedy": GreedyStrategy,
    "best-of-n": BestOfNStrategy,
    "sequential": SequentialStrategy,
    "random": RandomStrategy,
}
PROPOSERS: dict[str, Callable[[Problem], Proposer]] = {
    "mutator/ast": lambda problem: AstMutator(
        problem.vocabulary, size_cap_nodes=2 * node_count(problem.initial.source) + 40
    ),
    "mutator/random1": lambda problem: SingleEditMutator(problem.vocabulary),
}
CONTROL = ("random", "mutator/random1")
WORKERS_PER_CORE = 16  # at most; tests and curiosity need a few, nothing needs more
SLOTS = 8  # answers of a recorded run, or blind ones, that are worked on at once


@dataclass(frozen=True, slots=True, kw_only=True)
class Instrument:
    """A problem's evaluator, built, with what the scorers need to build it again."""

    task: Task
    evaluator: Evaluator[Any]

    @property
    def label(self) -> str:
        """The evaluator's name and version, such as "spot 1"."""
        return f"{self.evaluator.family} {self.evaluator.version}"


def instrument_of(config: RunConfig, problem: Problem) -> Instrument:
    """Build the evaluator that a run needs."""
    return instrument(
        problem, config.heldout_key, raced=is_on("racing", config.strategy, config.without)
    )


def instrument(problem: Problem, heldout_key: str = "", *, raced: bool = False) -> Instrument:
    """Build the evaluator of a problem; without a key the held-out scenarios are public."""
    reference = evaluator_reference(problem)
    task = Task(
        problem=problem.name,
        evaluator=reference,
        params=problem.params,
        objective=problem.objective,
        splits=problem.splits,
        limits=problem.limits,
        heldout_key=heldout_key,
        raced=raced,
    )
    return Instrument(task=task, evaluator=build_evaluator(reference, problem.params))


def check_workloads(tool: Instrument) -> None:
    """Make every split's workloads once, and keep none.

    A user's own data may do for train and not for what is looked at after the search.

    Raises:
        ProblemError: one cannot be made; the text says why.
        EvaluatorError: the evaluator fails at one.
    """
    task = tool.task
    for spec in task.splits.values():
        for scenario in scenarios(task.problem, spec, task.heldout_key):
            with own_faults(task.evaluator, f"workload({scenario.id}) failed"):
                tool.evaluator.workload(scenario)


def named(kind: str, name: str, table: dict[str, Any]) -> str:
    """Return `name` when the table has it.

    Raises:
        UsageError: it has not; the text gives what there is.
    """
    if name in table:
        return name
    near = difflib.get_close_matches(name, table, n=1, cutoff=0.5)
    hint = f" Did you mean {near[0]}?" if near else ""
    raise UsageError(f"no {kind} is called '{name}'; there are: {', '.join(table)}.{hint}")


def isolation(weakest: IsolationLevel = WEAKEST, *, warn: Warn = warn_caller) -> IsolationLevel:
    """Return the isolation level of this host.

    What was found before is believed where it was good enough; a weak host is attacked each time.

    Args:
        weakest: the weakest level that will do.
        warn: is told where it is below `WEAKEST`.

    Raises:
        SandboxUnavailableError: the host does not reach it; the text says what is missing.
    """
    cache = preflight_cache(os.environ)
    found = cache.read(weakest)
    if found is None or found.level < WEAKEST:
        found = preflight(weakest)
        cache.write(found)
    if not found.sufficient:
        raise SandboxUnavailableError(refusal(found))
    if found.level < WEAKEST:
        warn(banner(found))
    return found.level


def worker_count(workers: int | None) -> int:
    """Return the number of scorers.

    Raises:
        UsageError: it is no positive number, or far more than there are cores to work on.
    """
    cores = len(available_cores())
    if workers is None:
        return cores
    most = WORKERS_PER_CORE * cores
    if type(workers) is not int or not 1 <= workers <= most:  # True is no number
        raise UsageError(
            f"--workers {workers!r}: expected 1 to {most}. Each keeps a core busy, and there are "
            f"{cores}: more of them make nothing faster."
        )
    return workers


def pool(
    tool: Instrument, *, level: IsolationLevel, workers: int, first: ScorerProcess | None = None
) -> ScorerPool:
    """Start the scorers of a problem; where candidates could read it, they get no held-out key.

    Args:
        tool: the problem's evaluator.
        level: the isolation level of every evaluation.
        workers: number of scorers.
        first: one that was started before.
    """
    task = tool.task if level.keeps_secrets else replace(tool.task, heldout_key="")
    return ScorerPool(task, level=level, workers=workers, instrument=tool.label, first=first)


def models_of(config: RunConfig) -> Models | None:
    """Return the models of a run, whose libraries are being imported; None where it has none.

    Before anything is written, `Models.ready` is to be called.

    Raises:
        UsageError: a model, a setting, a key or a price is missing or wrong.
    """
    if config.models is None:
        return None
    models = Models(config.models, os.environ, offline=bool(config.replays))
    models.warm_up()
    return models


def check_proposer(
    config: RunConfig,
    problem: Problem,
    tool: Instrument,
    models: Models | None,
    *,
    archive: str,
) -> None:
    """See that whoever proposes in a new run can, before anything is written.

    Raises:
        UsageError: a library or a key is missing, a prompt template is at fault, or the run whose
            answers are to be proposed is not there or has none.
        ProblemError: the problem's vocabulary is malformed.
    """
    _check_vocabulary(problem)
    if models is not None:
        models.ready()
        models.prompts(problem, tool.evaluator.interface)
    if config.proposer.startswith(REPLAY):
        opened = open_archive(archive, read_only=True)
        try:
            recorded_answers(opened, config.proposer.removeprefix(REPLAY))
        finally:
            opened.close()


def _check_vocabulary(problem: Problem) -> None:
    """See that the blind proposers can use it; the control needs it after a search with models."""
    try:
        PROPOSERS[CONTROL[1]](problem)
    except ProblemError as exc:
        raise ProblemError(f"{Path(problem.location) / MANIFEST}: {exc}.") from exc


def proposer_banner(config: RunConfig, problem: Problem, models: Models | None) -> str:
    """Return one line that tells who proposes."""
    if models is not None:
        return models.banner
    if config.proposer.startswith(REPLAY):
        return f"proposing: recorded answers of {config.proposer.removeprefix(REPLAY)}"
    return PROPOSERS[config.proposer](problem).banner


def staff(
    record: RunRecord,
    problem: Problem,
    tool: Instrument,
    *,
    archive: Archive,
    evaluations: ScorerPool,
    sink: EventSink,
    stop: Stop,
    models: Models | None,
) -> Staff:
    """Hire everybody who works on a run."""
    config = record.config
    if models is not None:
        work = ModelWork(
            record=record,
            problem=problem,
            interface=tool.evaluator.interface,
            archive=archive,
            models=models,
            stop=stop,
        )
        proposals = model_proposals(work)
    elif config.proposer.startswith(REPLAY):
        proposals = replayed_proposals(archive, config.proposer.removeprefix(REPLAY), SLOTS)
    else:
        proposals = _blind_proposals(config.proposer, problem)
    search = Searcher(
        proposals=proposals,
        strategy=_strategy(config, problem),
        course=_course(record, archive, evaluations.workers),
        in_place=config.order is Order.ORDERED or bool(config.replays),
        tuner=tuner_for(config.strategy, config.without),
    )
    return Staff(
        archive=archive,
        evaluations=_remembering(config, problem, archive, evaluations),
        search=search,
        control=_control(config, problem) if config.control else None,
        reducer=_reducer(problem),
        sink=sink,
        stop=stop,
        clock=time.monotonic,
    )


def _remembering(
    config: RunConfig, problem: Problem, archive: Archive, evaluations: Evaluations
) -> Evaluations:
    """Let the replay of a run whose values were measured go on with what was measured then."""
    if not (config.replays and problem.objective.measured):
        return evaluations
    known = Recorded.of(archive, config.replays)
    return RememberedEvaluations(evaluations, known, problem.objective)


def _control(config: RunConfig, problem: Problem) -> Searcher:
    strategy, proposer = CONTROL
    return Searcher(
        proposals=_blind_proposals(proposer, problem),
        strategy=_strategy(replace(config, strategy=strategy, without=()), problem),
        course=lambda first: OrderedCourse(config.window),  # noqa: ARG005
    )


def _blind_proposals(
    proposer: str, problem: Problem
) -> Callable[[Briefing], AbstractContextManager[Proposals]]:
    return lambda briefing: InlineProposals(PROPOSERS[proposer](problem))  # noqa: ARG005


def _strategy(config: RunConfig, problem: Problem) -> Callable[[int | None], Strategy]:
    calls = None if config.models is None else config.models.calls
    make = strategy_factory(config.strategy, config.without, calls=calls)
    return lambda evals: make(objective=problem.objective, seed=config.seed, evals=evals)


def strategy_factory(
    name: str, without: Sequence[str], *, calls: int | None = None
) -> Callable[..., Strategy]:
    """Return what makes a strategy of `objective`, `seed` and `evals`.

    A strategy that knows of evaluations alone plans by the scarcer of the two budgets.

    Args:
        name: of the table.
        without: parts of it that are off.
        calls: how many model calls there are, where there is a budget of them.
    """
    make = STRATEGIES[name]
    if make is AdaptiveStrategy:
        return functools.partial(make, calls=calls, without=without)

    def planned(*, objective: Objective, seed: int, evals: int | None) -> Strategy:
        caps = [cap for cap in (evals, calls) if cap is not None]
        return make(objective=objective, seed=seed, evals=min(caps, default=None))

    return planned


def features(strategy: str) -> tuple[str, ...]:
    """Return what can be switched off in a strategy."""
    return tuple(getattr(STRATEGIES[strategy], "FEATURES", ()))


def parts_off(strategy: str, also: Sequence[str], without: Sequence[str]) -> tuple[str, ...]:
    """Return the parts of a strategy that are off, in its own order.

    Args:
        strategy: its name.
        also: parts to switch on that are usually off.
        without: parts to switch off.

    Raises:
        UsageError: the strategy has no such part, or one is to be switched both on and off.
    """
    known = features(strategy)
    there = f"choose from {', '.join(known)}" if known else "it has none"
    for option, name in (*(("also", n) for n in also), *(("without", n) for n in without)):
        if name not in known:
            raise UsageError(f"--{option} {name}: no such part of strategy {strategy}; {there}.")
        if name in also and name in without:
            raise UsageError(f"--also {name} --without {name}: expected one of the two.")
    off = {*USUALLY_OFF.get(strategy, ()), *without} - set(also)
    return tuple(part for part in known if part in off)


def is_on(feature: str, strategy: str, without: Sequence[str]) -> bool:
    """Tell whether a strategy has a part, and it is not off."""
    return feature in features(strategy) and feature not in without


def tuner_for(strategy: str, without: Sequence[str]) -> Tuner | None:
    """Return the tuner that a strategy needs; None for one that asks for no tuning."""
    if not is_on("tune", strategy, without):
        return None
    from adrs.proposers.tuner.tuner import CmaTuner  # slow to import

    return CmaTuner()


def _course(record: RunRecord, archive: Archive, workers: int) -> Callable[[int], Course]:
    config = record.config
    if config.replays:
        passages = [
            Passage(number=t.number, asked_after=t.asked_after, arrival=t.arrival)
            for t in archive.trials(config.replays, Arm.SEARCH)
        ]
        return lambda first: RecordedCourse(passages)  # noqa: ARG005
    wary = config.models is not None
    if config.order is Order.ORDERED:
        return lambda first: OrderedCourse(config.window, wary=wary)  # noqa: ARG005
    slots = config.models.concurrency if config.models is not None else SLOTS
    return lambda first: ArrivalCourse(slots=slots, workers=workers, first=first)


def _reducer(problem: Problem) -> Reducer:
    return lambda source: reductions(source, start=problem.initial.source)
