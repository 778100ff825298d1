"""The composition root: which concrete class stands behind every name of the command line."""

import difflib
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from adrs.archive.protocol import Archive
from adrs.catalog.problems import evaluator_reference
from adrs.core.events import EventSink
from adrs.core.isolation import IsolationLevel
from adrs.core.problem import Problem
from adrs.core.program import node_count
from adrs.core.run import RunConfig
from adrs.engine.champion import Reducer
from adrs.engine.loop import StopRequest
from adrs.engine.run import Searcher, Staff
from adrs.errors import SandboxUnavailableError, UsageError
from adrs.evaluation.instrument import build_evaluator
from adrs.evaluation.pool import ScorerPool, available_cores
from adrs.evaluation.protocol import Evaluator
from adrs.evaluation.scoring import Task
from adrs.proposers.mutator.proposer import AstMutator, SingleEditMutator
from adrs.proposers.mutator.reduction import reductions
from adrs.proposers.protocol import Proposer
from adrs.sandbox.preflight import preflight
from adrs.search.greedy import GreedyStrategy
from adrs.search.islands import IslandsStrategy
from adrs.search.protocol import Strategy
from adrs.search.random import RandomStrategy

STRATEGIES: dict[str, Callable[..., Strategy]] = {
    "islands": IslandsStrategy,
    "greedy": GreedyStrategy,
    "random": RandomStrategy,
}
PROPOSERS: dict[str, Callable[[Problem], Proposer]] = {
    "mutator/ast": lambda problem: AstMutator(
        problem.vocabulary, size_cap_nodes=2 * node_count(problem.initial.source) + 40
    ),
    "mutator/random1": lambda problem: SingleEditMutator(problem.vocabulary),
}
DEFAULT_STRATEGY = "islands"
DEFAULT_PROPOSER = "mutator/ast"
CONTROL = ("random", "mutator/random1")
WEAKEST = IsolationLevel.L2  # below it candidates could read what the user can read
WINDOW = 8  # trials in flight: enough for a few scorers and one ahead of each


@dataclass(frozen=True, slots=True, kw_only=True)
class Instrument:
    """A problem's evaluator, built, with what the scorers need to build it again."""

    task: Task
    evaluator: Evaluator[Any]

    @property
    def label(self) -> str:
        """The evaluator's name and version, such as "spot 1"."""
        return f"{self.evaluator.family} {self.evaluator.version}"


def instrument(problem: Problem) -> Instrument:
    """Build the evaluator of a problem."""
    reference = evaluator_reference(problem)
    task = Task(
        problem=problem.name,
        evaluator=reference,
        params=problem.params,
        objective=problem.objective,
        splits=problem.splits,
        limits=problem.limits,
    )
    return Instrument(task=task, evaluator=build_evaluator(reference, problem.params))


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


def isolation() -> IsolationLevel:
    """Return the isolation level of this host.

    Raises:
        SandboxUnavailableError: it is below `WEAKEST`; the text says what is missing.
    """
    result = preflight(WEAKEST)
    if not result.sufficient:
        missing = [c for c in result.checks if not c.available]
        reasons = "; ".join(f"{c.name}: {c.found}. To mend it, {c.remedy}" for c in missing)
        raise SandboxUnavailableError(
            f"this host isolates candidates at {result.level.name} only "
            f"({result.level.summary}), {WEAKEST.name} is needed. {reasons}."
        )
    return result.level


def worker_count(workers: int | None) -> int:
    """Return the number of scorers.

    Raises:
        UsageError: it is not positive.
    """
    if workers is None:
        return len(available_cores())
    if workers < 1:
        raise UsageError(f"--workers {workers}: expected at least 1.")
    return workers


def pool(tool: Instrument, *, level: IsolationLevel, workers: int) -> ScorerPool:
    """Start the scorers of a problem."""
    return ScorerPool(tool.task, level=level, workers=workers, instrument=tool.label)


def staff(
    config: RunConfig,
    problem: Problem,
    *,
    archive: Archive,
    evaluations: ScorerPool,
    sink: EventSink,
    stop: StopRequest,
) -> Staff:
    """Hire everybody who works on a run."""
    return Staff(
        archive=archive,
        evaluations=evaluations,
        search=_searcher(config.strategy, config.proposer, config, problem),
        control=_searcher(*CONTROL, config, problem) if config.control else None,
        reducer=_reducer(problem),
        sink=sink,
        stop=stop,
        clock=time.monotonic,
    )


def _searcher(strategy: str, proposer: str, config: RunConfig, problem: Problem) -> Searcher:
    make = STRATEGIES[strategy]
    return Searcher(
        proposer=PROPOSERS[proposer](problem),
        strategy=lambda evals: make(objective=problem.objective, seed=config.seed, evals=evals),
    )


def _reducer(problem: Problem) -> Reducer:
    return lambda source: reductions(source, start=problem.initial.source)
