"""Runs of a benchmark side by side, each in a process of its own."""

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import IO, Self

from adrs.cli.exits import ExitCode
from adrs.cli.interrupts import StopOnInterrupt
from adrs.errors import Interrupted

TICK_S = 0.2  # how long an end, or Ctrl-C, may go unnoticed
_ADRS = (sys.executable, "-m", "adrs.cli.benching.tied")


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A run to do.

    Attributes:
        name: the run's name.
        problem: what it optimises.
        arguments: of `adrs`.
    """

    name: str
    problem: str
    arguments: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How a run's process ended.

    Attributes:
        name: the run's name.
        code: its exit code.
        words: the last thing it said, or how it ended where it said nothing.
    """

    name: str
    code: int
    words: str

    @property
    def done(self) -> bool:
        """True when the run is finished."""
        return self.code == ExitCode.DONE

    @property
    def refused(self) -> bool:
        """True when something is wrong with what was asked for: another try would not mend it."""
        return self.code == ExitCode.USAGE


def last_words(lines: Sequence[str], code: int) -> str:
    """Return the last thing that a process said, or how it ended where it said nothing.

    Args:
        lines: what it wrote to stderr.
        code: its exit code; below 0 the signal that ended it.
    """
    said = next((line.strip() for line in reversed(lines) if line.strip()), "")
    if said:
        return said.removeprefix("adrs: ")
    if code == ExitCode.INTERRUPTED:
        return "interrupted"
    return f"ended by signal {-code}" if code < 0 else f"ended with exit code {code}"


class _Job:
    """A process at work on a run; it hears of Ctrl-C from here alone."""

    def __init__(self, task: Task, environment: Mapping[str, str]) -> None:
        self.task = task
        self._said: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115  closed when it ends
        self._process = subprocess.Popen(
            [*_ADRS, *task.arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=self._said,
            env=dict(environment),
            start_new_session=True,
        )

    def interrupt(self) -> None:
        """Ask it to stop; the second time, at once."""
        with contextlib.suppress(ProcessLookupError):
            self._process.send_signal(signal.SIGINT)

    def ended(self, timeout_s: float | None = 0.0) -> Ending | None:
        """Return how it ended; None while it has not."""
        try:
            code = self._process.wait(timeout_s)
        except subprocess.TimeoutExpired:
            return None
        self._said.seek(0)
        lines = self._said.read().decode(errors="replace").splitlines()
        self._said.close()
        return Ending(name=self.task.name, code=code, words=last_words(lines, code))


class Crew:
    """Does runs, so many at a time; a context manager that leaves no process behind.

    Args:
        jobs: how many at a time.
        environment: of every process.
        stop: whether somebody asked to stop.
    """

    def __init__(self, *, jobs: int, environment: Mapping[str, str], stop: StopOnInterrupt) -> None:
        self._jobs = jobs
        self._environment = environment
        self._stop = stop
        self._live: list[_Job] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc: object) -> None:
        for job in self._live:
            job.interrupt()
        for job in self._live:
            job.ended(None)

    def work(self, tasks: Sequence[Task], tell: Callable[[Ending], None]) -> list[Ending]:
        """Do the tasks and return how each ended; `tell` hears of each at once.

        Once a run is refused, no other of its problem is begun.

        Raises:
            Interrupted: the user asked to stop; every run can be resumed.
        """
        waiting = deque(tasks)
        endings: list[Ending] = []
        while (waiting or self._live) and not self._stop.requested:
            while waiting and len(self._live) < self._jobs:
                self._live.append(_Job(waiting.popleft(), self._environment))
            for task, ending in self._collect():
                tell(ending)
                endings.append(ending)
                if ending.refused:
                    waiting = deque(t for t in waiting if t.problem != task.problem)
        if self._stop.requested:
            self._wind_up(tell)
            raise Interrupted("stopped. The same command goes on where it was.")
        return endings

    def _wind_up(self, tell: Callable[[Ending], None]) -> None:
        """Let the runs finish what they are at."""
        for job in self._live:
            job.interrupt()
        while self._live:
            for _, ending in self._collect():
                tell(ending)

    def _collect(self) -> list[tuple[Task, Ending]]:
        """Return what ended; waits for a moment where nothing did."""
        found = []
        for number, job in enumerate(tuple(self._live)):
            ending = job.ended(TICK_S if number == 0 else 0.0)
            if ending is not None:
                self._live.remove(job)
                found.append((job.task, ending))
        return found


def environment_with(key: str, variable: str, public: str) -> dict[str, str]:
    """Return this process's environment with a held-out key that all runs share."""
    return {**os.environ, variable: key or public}
