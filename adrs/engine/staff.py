"""Everybody who works on a run."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass

from adrs.archive.protocol import Archive
from adrs.core.evaluation import Evaluation
from adrs.core.events import EventSink, Phase, PhaseStarted
from adrs.engine.courses import Course
from adrs.engine.ending import StopRequest
from adrs.engine.evaluations import Evaluations
from adrs.engine.proposals import Proposals
from adrs.engine.reduction import Reducer
from adrs.engine.tuning import Tuner
from adrs.search.protocol import Strategy


@dataclass(frozen=True, slots=True, kw_only=True)
class Briefing:
    """What is known before a search begins, for proposers that can read.

    Attributes:
        baselines: the baselines' evaluations on train, by name.
        bounds: the proven best value of every train scenario.
    """

    baselines: Mapping[str, Evaluation]
    bounds: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Searcher:
    """Who searches in an arm.

    Attributes:
        proposals: brings whoever answers asks, for the time of the search.
        strategy: makes a fresh strategy for a budget of evaluations.
        course: makes the order of things, given the number of the first new trial.
        in_place: whether the trials of earlier sittings take the place of new ones; see `Past`.
        tuner: tunes constants when the strategy asks for it; None for nobody.
    """

    proposals: Callable[[Briefing], AbstractContextManager[Proposals]]
    strategy: Callable[[int | None], Strategy]
    course: Callable[[int], Course]
    in_place: bool = True
    tuner: Tuner | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Staff:
    """Everybody who works on a run.

    Attributes:
        archive: keeps it.
        evaluations: evaluates.
        search: searches.
        control: searches blindly, for comparison; None to leave it out.
        reducer: gives simpler texts of a program.
        sink: is told of everything.
        stop: is asked before every new trial, and before whatever else is evaluated.
        clock: a monotonic clock, in seconds.
    """

    archive: Archive
    evaluations: Evaluations
    search: Searcher
    control: Searcher | None
    reducer: Reducer
    sink: EventSink
    stop: StopRequest
    clock: Callable[[], float]

    def begin(self, phase: Phase, total: int | None) -> None:
        """Tell that a phase begins.

        Args:
            phase: which.
            total: how many evaluations it has; None where that is not known.
        """
        self.sink(PhaseStarted(phase=phase, total=total))
