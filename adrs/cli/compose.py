"""The composition root: which concrete class stands behind every name of the command line."""

import difflib
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import typer

from adrs.archive.protocol import Archive
from adrs.catalog.problems import evaluator_reference
from adrs.cli.isolation import WEAKEST, banner, preflight_cache, refusal
from adrs.core.events import EventSink
from adrs.core.isolation import IsolationLevel
from adrs.core.problem import Problem
from adrs.core.program import node_count
from adrs.core.run import RunConfig
from adrs.engine.champion import Reducer
from adrs.engine.courses import OrderedCourse
from adrs.engine.loop import StopRequest
from adrs.engine.proposals import InlineProposals
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


def instrument(problem: Problem, heldout_key: str = "") -> Instrument:
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


def isolation(weakest: IsolationLevel = WEAKEST) -> IsolationLevel:
    """Return the isolation level of this host; warn on stderr where it is below `WEAKEST`.

    What was found before is believed where it was good enough; a weak host is attacked each time.

    Args:
        weakest: the weakest level that will do.

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
        typer.secho(banner(found), fg=typer.colors.RED, bold=True, err=True)
    return found.level


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
    """Start the scorers of a problem; where candidates could read it, they get no held-out key."""
    task = tool.task if level.keeps_secrets else replace(tool.task, heldout_key="")
    return ScorerPool(task, level=level, workers=workers, instrument=tool.label)


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
        proposals=InlineProposals(PROPOSERS[proposer](problem)),
        strategy=lambda evals: make(objective=problem.objective, seed=config.seed, evals=evals),
        course=lambda first: OrderedCourse(config.window),  # noqa: ARG005
    )


def _reducer(problem: Problem) -> Reducer:
    return lambda source: reductions(source, start=problem.initial.source)
