"""What the engine needs of whoever answers asks: at once, or some time later in threads."""

import contextlib
import os
import threading
from collections import deque
from collections.abc import Callable, Sequence
from queue import SimpleQueue
from typing import Protocol

from adrs.core.spending import Spending
from adrs.core.trial import Assignment, Proposal
from adrs.errors import AdrsError
from adrs.proposers.protocol import Proposer

PIPE_BYTES = 65_536


class Proposals(Protocol):
    """Answers assignments, several at once."""

    @property
    def slots(self) -> int:
        """How many assignments it works on at once."""

    @property
    def wake(self) -> int | None:
        """A descriptor that is readable while there is news; None if it never waits.

        News are proposals, notices and spending; `take` until None makes it unreadable.
        """

    def submit(self, assignment: Assignment) -> None:
        """Give it an assignment.

        Raises:
            BudgetSpent: a budget does not allow one more; the assignment is not taken.
        """

    def take(self) -> tuple[int, Proposal | AdrsError] | None:
        """Return what came of a trial, with its number; None when there is nothing yet.

        An error is a fault that ends the search: no model answers, nothing can be stored.
        """

    def notices(self) -> Sequence[str]:
        """Return what the user should know since the last time, a line each."""

    def spending(self) -> Spending | None:
        """Return what model calls took so far; None where none are made. Cheap."""

    def finish(self) -> None:
        """Begin nothing more and wait for what is under way: it is paid for, and so to be kept.

        What it brings is not to be taken any more.
        """


class InlineProposals:
    """Answers at once, in the engine's thread: for proposers that only compute."""

    slots = 1
    wake = None

    def __init__(self, proposer: Proposer) -> None:
        self._proposer = proposer
        self._done: deque[tuple[int, Proposal | AdrsError]] = deque()

    def submit(self, assignment: Assignment) -> None:
        """Answer the assignment."""
        proposal = self._proposer.propose(assignment.ask, seed=assignment.seed)
        self._done.append((assignment.number, proposal))

    def take(self) -> tuple[int, Proposal | AdrsError] | None:
        """Return the oldest proposal that was not taken yet."""
        return self._done.popleft() if self._done else None

    def notices(self) -> list[str]:
        """Return nothing: there is nothing to say."""
        return []

    def spending(self) -> None:
        """Return None: no calls are made."""

    def finish(self) -> None:
        """Do nothing: nothing is under way."""

    def __enter__(self) -> "InlineProposals":
        return self

    def __exit__(self, *_exc: object) -> None:
        """Do nothing: there is nothing to close."""


Preparation = Callable[[Assignment], Callable[[], Proposal]]
"""Does the part that belongs to the engine's thread; returns the part that may take long.

The first raises `BudgetSpent`; the second raises AdrsError for what ends the run.
"""


class ThreadedProposals:
    """Answers in threads of its own: for proposers that wait for somebody else.

    The threads are daemons: a process that is told to stop at once does not wait for a model.
    Use it as a context manager.

    Args:
        slots: how many to work on at once.
        stop: lets those who wait for a model or a person end; for any thread.
    """

    def __init__(self, *, slots: int, stop: Callable[[], None] = lambda: None) -> None:
        self._slots = slots
        self._stop = stop
        self._prepare: Preparation | None = None
        self._notices: deque[str] = deque()
        self._todo: SimpleQueue[tuple[int, Callable[[], Proposal]] | None] = SimpleQueue()
        self._done: deque[tuple[int, Proposal | AdrsError]] = deque()
        self._spending: Callable[[], Spending] | None = None
        self._wake, self._signal = os.pipe()
        os.set_blocking(self._wake, False)
        os.set_blocking(self._signal, False)
        self._threads = [
            threading.Thread(target=self._work, name=f"adrs-proposer-{i}", daemon=True)
            for i in range(slots)
        ]

    def start(self, prepare: Preparation, spending: Callable[[], Spending] | None = None) -> None:
        """Begin to work.

        Args:
            prepare: what to do with an assignment.
            spending: tells what model calls took so far; None where none are made.
        """
        self._prepare = prepare
        self._spending = spending
        for thread in self._threads:
            thread.start()

    @property
    def slots(self) -> int:
        """How many assignments it works on at once."""
        return self._slots

    def notice(self, text: str) -> None:
        """Leave a line for the user; for the threads that work here."""
        self._notices.append(text)
        self.nudge()

    def nudge(self) -> None:
        """Let the engine look at what is new; for any thread."""
        # A pipe that is full wakes the engine just as well.
        with contextlib.suppress(BlockingIOError):
            os.write(self._signal, b"\0")

    def notices(self) -> list[str]:
        """Return the lines that were left since the last time."""
        return [self._notices.popleft() for _ in range(len(self._notices))]

    def spending(self) -> Spending | None:
        """Return what model calls took so far; None where none are made."""
        return None if self._spending is None else self._spending()

    @property
    def wake(self) -> int:
        """A descriptor that is readable while there is news."""
        return self._wake

    def submit(self, assignment: Assignment) -> None:
        """Prepare the assignment and hand it to a thread."""
        assert self._prepare is not None
        self._todo.put((assignment.number, self._prepare(assignment)))

    def take(self) -> tuple[int, Proposal | AdrsError] | None:
        """Return what came of a trial, in the order in which they were finished."""
        if not self._done:
            # Emptied before looking again: what comes in between leaves its own byte.
            with contextlib.suppress(BlockingIOError):
                os.read(self._wake, PIPE_BYTES)
        return self._done.popleft() if self._done else None

    def _work(self) -> None:
        while (job := self._todo.get()) is not None:
            number, propose = job
            result: Proposal | AdrsError
            try:
                result = propose()
            except AdrsError as exc:
                result = exc
            except Exception as exc:  # noqa: BLE001  (a thread's end would go unnoticed)
                result = AdrsError(f"the proposer failed: {type(exc).__name__}: {exc}")
            self._done.append((number, result))
            self.nudge()

    def close(self) -> None:
        """Let the threads end when they have finished what they are at; waits for none."""
        for _ in self._threads:
            self._todo.put(None)

    def finish(self) -> None:
        """See `Proposals.finish`."""
        self._stop()
        self.close()
        for thread in self._threads:
            thread.join()

    def __enter__(self) -> "ThreadedProposals":
        return self

    def __exit__(self, *_exc: object) -> None:
        self.close()
