"""A session that keeps count of the decisions and their hash, and ends when there are too many."""

import math
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from adrs.core.evaluation import Verdict
from adrs.core.problem import Limits
from adrs.evaluation.decisions import DecisionHash
from adrs.sandbox.protocol import Argument, PolicyFailed, Session


class RecordingSession:
    """Passes everything through to another session; one hash may span several of these.

    A policy that needs ever more decisions is stopped by their number, before CPU or wall time
    stop it, so that it ends at the same place on every host.

    Args:
        open_inner: opens the session that answers; called at once, and for every renewal.
        digest: every answer is added to it.
        limits: how many decisions and plans may be asked for, and how much CPU time the processes
            of a renewed session may use together.

    Raises:
        PolicyFailed: as `Sandbox.open`.
    """

    def __init__(
        self, open_inner: Callable[[], Session], digest: DecisionHash, *, limits: Limits
    ) -> None:
        self._open_inner = open_inner
        self._inner = open_inner()
        self._ended_cpu_s = 0.0
        self._digest = digest
        self._limits = limits
        self.answered = 0

    def renew(self) -> None:
        """See `RenewableSession.renew`."""
        self._digest.end_group()
        self._inner.close()  # first, so that the two processes never run side by side
        inner = self._open_inner()
        self._ended_cpu_s += self._inner.cpu_s
        self._inner = inner

    def begin(self, setups: NDArray[np.void]) -> None:
        """See `Session.begin`."""
        self._digest.end_group()  # from here on the slots are of other policies
        self._inner.begin(setups)

    def decide(self, slots: NDArray[np.int32], observations: NDArray[np.void]) -> NDArray[np.int32]:
        """See `Session.decide`."""
        if self.answered + len(slots) > self._limits.decisions:
            raise self._too_many(int(slots[0]))
        decisions = self._inner.decide(slots, observations)
        self._digest.add(slots, decisions)
        self.answered += len(decisions)
        return decisions

    def plan(
        self, slot: int, arguments: Sequence[Argument], *, cpu_s: float = math.inf
    ) -> tuple[NDArray[np.generic], ...]:
        """See `Session.plan`."""
        if self.answered >= self._limits.decisions:
            raise self._too_many(slot)
        result = self._inner.plan(slot, arguments, cpu_s=cpu_s)
        self._digest.add_plan(slot, result)
        self.answered += 1
        return result

    def _too_many(self, slot: int) -> PolicyFailed:
        text = f"needed more than {self._limits.decisions} decisions"
        return PolicyFailed(Verdict.TIMEOUT, text, slot)

    def check_cpu_time(self) -> None:
        """See that several processes used no more than one may; one alone is watched itself.

        Raises:
            PolicyFailed: TIMEOUT.
        """
        if self._ended_cpu_s > 0.0 and self.cpu_s > self._limits.cpu_s:
            text = f"used more than {self._limits.cpu_s:g} s of CPU time"
            raise PolicyFailed(Verdict.TIMEOUT, text)

    @property
    def cpu_s(self) -> float:
        """CPU seconds of all processes so far."""
        return self._ended_cpu_s + self._inner.cpu_s

    def close(self) -> None:
        """See `Session.close`."""
        self._inner.close()
