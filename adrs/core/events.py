"""What the engine says while it works: one frozen type a moment, and the way to listen."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from adrs.core.isolation import IsolationLevel
from adrs.core.problem import Problem
from adrs.core.run import Assessment, Conclusion, RunRecord
from adrs.core.spending import Spending
from adrs.core.trial import Arm, Trial


class Phase(StrEnum):
    """The stretches of a run, in order."""

    BASELINES = "baselines"
    SEARCH = "search"
    CONTROL = "control"
    VALIDATION = "validation"
    REDUCTION = "reduction"
    HELDOUT = "held-out"
    ABLATION = "ablation"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunStarted:
    """A run begins or goes on; `replayed` trials were read back from the archive."""

    record: RunRecord
    problem: Problem
    isolation: IsolationLevel
    workers: int
    resumed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseStarted:
    """A stretch begins; `total` is its number of evaluations where that is known."""

    phase: Phase
    total: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialTold:
    """A trial is committed and told.

    Attributes:
        trial: the trial.
        improved: whether it is the best of its arm so far.
        best_score: best raw train score of its arm so far.
        niches: groups of programs the strategy keeps apart.
        replayed: whether it was read back from the archive.
    """

    trial: Trial
    improved: bool
    best_score: float | None
    niches: int
    replayed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CallsMoved:
    """Model calls were begun, answered or failed.

    The first one of a search comes before this sitting asks anything: what earlier ones took.
    """

    spending: Spending


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessed:
    """An evaluation outside the search is committed."""

    assessment: Assessment


@dataclass(frozen=True, slots=True, kw_only=True)
class Warned:
    """Something the user should know that does not stop the run."""

    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmEnded:
    """A search ended; `reason` says by what, `complete` whether its whole budget was used."""

    arm: Arm
    reason: str
    complete: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RunEnded:
    """The run is over for now; `conclusion` is None when it can be resumed."""

    record: RunRecord
    conclusion: Conclusion | None


Event = RunStarted | PhaseStarted | TrialTold | CallsMoved | Assessed | Warned | ArmEnded | RunEnded


class EventSink(Protocol):
    """Listens to a run; must not change anything it is given."""

    def __call__(self, event: Event, /) -> None:
        """Take one event; called from the engine's thread, in order."""
