"""The order in which trials are asked, taken in and told; a setting of the run, stored with it.

- `OrderedCourse`: trial k is asked when exactly the trials 1..k-W have been told, like instructions
  in a reorder buffer. The trials depend on the run's configuration alone.
- `ArrivalCourse`: results are told as they come, so that a slow answer holds nobody up.
- `RecordedCourse`: as a recorded run went.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

PATIENCE = 8  # proposals in a row without a program before the last slot is closed
BACKLOG = 2  # evaluations that may wait per scorer before nobody is asked for more


@dataclass(slots=True)
class Progress:
    """Where a search stands.

    Attributes:
        asked: trials asked, but for those that an earlier sitting told out of order.
        told: trials told.
        arrived: proposals taken in.
        proposing: trials asked whose proposals have not come.
        evaluating: trials whose evaluations have not come.
        finished: trials that could be told.
        fruitless: told trials in a row whose proposals held no program.
    """

    asked: int = 0
    told: int = 0
    arrived: int = 0
    proposing: int = 0
    evaluating: int = 0
    finished: int = 0
    fruitless: int = 0


class Course(Protocol):
    """Decides what may happen next. All numbers are those of trials.

    Attributes:
        finite: whether it ends by itself.
    """

    finite: bool

    def next_ask(self, progress: Progress) -> int | None:
        """Return the number of the trial that may be asked now; None to wait."""

    def next_arrival(self, waiting: Sequence[int], progress: Progress) -> int | None:
        """Choose which of the proposals that came is taken in now, oldest first; None for none."""

    def next_told(self, finished: Sequence[int], progress: Progress) -> int | None:
        """Choose which of the finished trials is told now, oldest first; None to wait."""


class OrderedCourse:
    """Everything in the order of asking.

    Args:
        window: how many trials may be asked before the first of them is told.
        wary: let proposals in a row that hold no program narrow the window, down to nothing: for
            proposers whose answers cost money.
    """

    finite = False

    def __init__(self, window: int, *, wary: bool = False) -> None:
        self._window = window
        self._wary = wary

    def next_ask(self, progress: Progress) -> int | None:
        """See `Course.next_ask`."""
        number = progress.asked + 1
        window = _left(self._window, progress.fruitless) if self._wary else self._window
        return number if number <= progress.told + window else None

    def next_arrival(self, waiting: Sequence[int], progress: Progress) -> int | None:
        """See `Course.next_arrival`."""
        return _if_there(progress.arrived + 1, waiting)

    def next_told(self, finished: Sequence[int], progress: Progress) -> int | None:
        """See `Course.next_told`."""
        return _if_there(progress.told + 1, finished)


class ArrivalCourse:
    """Everything as it comes; proposals in a row that hold no program take slots away.

    Args:
        slots: how many proposals may be under way.
        workers: how many evaluations go on at once.
        first: number of the first trial; higher than those of earlier sittings.
    """

    finite = False

    def __init__(self, *, slots: int, workers: int, first: int = 1) -> None:
        self._first = first
        self._slots = slots
        self._backlog = BACKLOG * workers

    def next_ask(self, progress: Progress) -> int | None:
        """See `Course.next_ask`."""
        if progress.finished:
            return None  # what is known is told first: it may speak against asking
        busy = progress.proposing >= _left(self._slots, progress.fruitless)
        if busy or progress.evaluating >= self._slots + self._backlog:
            return None
        return self._first + progress.asked

    def next_arrival(self, waiting: Sequence[int], progress: Progress) -> int | None:  # noqa: ARG002
        """See `Course.next_arrival`."""
        return waiting[0] if waiting else None

    def next_told(self, finished: Sequence[int], progress: Progress) -> int | None:  # noqa: ARG002
        """See `Course.next_told`."""
        return finished[0] if finished else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """When one trial of a recorded run was asked and taken in.

    Attributes:
        number: the trial.
        asked_after: trials told before it was asked.
        arrival: its place, from 1, in the order in which the proposals were taken in.
    """

    number: int
    asked_after: int
    arrival: int


class RecordedCourse:
    """Everything as it went in a recorded run.

    Args:
        passages: of all its trials, in the order in which they were told.
    """

    finite = True

    def __init__(self, passages: Sequence[Passage]) -> None:
        self._told = [p.number for p in passages]
        self._asks = sorted((p.asked_after, p.number) for p in passages)
        self._by_arrival = [p.number for p in sorted(passages, key=lambda p: p.arrival)]

    def next_ask(self, progress: Progress) -> int | None:
        """See `Course.next_ask`."""
        if progress.asked >= len(self._asks):
            return None
        asked_after, number = self._asks[progress.asked]
        return number if asked_after <= progress.told else None

    def next_arrival(self, waiting: Sequence[int], progress: Progress) -> int | None:
        """See `Course.next_arrival`."""
        return _if_there(self._by_arrival[progress.arrived], waiting) if waiting else None

    def next_told(self, finished: Sequence[int], progress: Progress) -> int | None:
        """See `Course.next_told`."""
        return _if_there(self._told[progress.told], finished) if finished else None


def _left(slots: int, fruitless: int) -> int:
    """Return how many slots are open after so many proposals in a row without a program."""
    return min(slots, max(slots, PATIENCE) - fruitless)


def _if_there(number: int, numbers: Collection[int]) -> int | None:
    return number if number in numbers else None
