"""Kills candidates that use up their CPU or wall time; one thread a sandbox, none a message."""

import math
import threading
import time

from adrs.core.problem import Limits
from adrs.sandbox.process import CandidateProcess

_SHORTEST_PAUSE_S = 0.001


class Watch:
    """One process under watch.

    Attributes:
        expired: why it was killed; empty while it was not.
    """

    def __init__(self, process: CandidateProcess, limits: Limits) -> None:
        self._process = process
        self._limits = limits
        self._deadline = time.monotonic() + limits.wall_s
        self._call_s = self._call_end_s = math.inf
        self.expired = ""

    def allow(self, cpu_s: float) -> None:
        """Begin a call that may take so much CPU time."""
        self._call_s = cpu_s
        self._call_end_s = self._process.cpu_s() + cpu_s

    def settle(self) -> str:
        """End that call; return what it took too much of, empty if nothing."""
        late = self._process.cpu_s() > self._call_end_s
        self._call_end_s = math.inf
        return self._too_long_a_call() if late else ""

    def check(self) -> float:
        """Kill the process if its time is up; return seconds until it could be."""
        if self.expired:
            return math.inf
        used_s = self._process.cpu_s()  # first: a call that begins now has an end after it
        call_left_s = self._call_end_s - used_s
        cpu_left_s = min(self._limits.cpu_s - used_s, call_left_s)
        wall_left_s = self._deadline - time.monotonic()
        if cpu_left_s > 0 and wall_left_s > 0:
            # One thread cannot use more CPU time than wall time passes.
            return max(min(cpu_left_s, wall_left_s), _SHORTEST_PAUSE_S)
        if used_s >= self._limits.cpu_s:
            self.expired = f"used more than {self._limits.cpu_s:g} s of CPU time"
        elif call_left_s <= 0:
            self.expired = self._too_long_a_call()
        else:
            self.expired = f"did not end within {self._limits.wall_s:g} s"
        self._process.kill()
        return math.inf

    def _too_long_a_call(self) -> str:
        return f"used more than {self._call_s:g} s of CPU time for one scenario"


class Watchdog:
    """A thread that sleeps until the first process under watch could be out of time."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._watches: list[Watch] = []
        self._next_look = math.inf
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="adrs-watchdog", daemon=True)
        self._thread.start()

    def watch(self, process: CandidateProcess, limits: Limits) -> Watch:
        """Put a process under watch, from now on."""
        watch = Watch(process, limits)
        with self._changed:
            self._watches.append(watch)
            self._look_within(min(limits.cpu_s, limits.wall_s))
        return watch

    def allow(self, watch: Watch, cpu_s: float) -> None:
        """Begin a call of a process under watch that may take so much CPU time."""
        with self._changed:
            watch.allow(cpu_s)
            self._look_within(cpu_s)

    def release(self, watch: Watch) -> None:
        """Take a process from under watch; it is not killed any more once this returns."""
        with self._changed:
            if watch in self._watches:
                self._watches.remove(watch)

    def close(self) -> None:
        """End the thread."""
        with self._changed:
            self._closed = True
            self._changed.notify()
        self._thread.join()

    def _look_within(self, seconds: float) -> None:
        # An earlier look than needed costs nothing; waking the thread for each session would.
        if time.monotonic() + seconds < self._next_look:
            self._changed.notify()

    def _run(self) -> None:
        with self._changed:
            while not self._closed:
                pause = min((watch.check() for watch in self._watches), default=math.inf)
                self._next_look = time.monotonic() + pause
                self._changed.wait(None if math.isinf(pause) else pause)
