"""A circuit breaker per model: who is down is left alone for a while, then probed by one call."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from adrs.core.call import CallOutcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """What a model failed with: the class of the failure and its text."""

    outcome: CallOutcome
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakerPolicy:
    """When a breaker opens and how long it stays open.

    Attributes:
        failures: consecutive failures that open it.
        cool_down_s: seconds that it stays open the first time.
        growth: factor of that after every failed probe.
        probes: failed probes in a row after which the model is given up for the run.
    """

    failures: int = 5
    cool_down_s: float = 5.0
    growth: float = 3.0
    probes: int = 3


class Gate(StrEnum):
    """What a breaker says to a call."""

    GO = "go"
    PROBE = "probe"  # go, as the only one, and tell how it went
    WAIT = "wait"
    DOWN = "down"  # for the rest of the run


@dataclass(frozen=True, slots=True, kw_only=True)
class Admission:
    """A breaker's word, and for WAIT how many seconds until it is worth asking again."""

    gate: Gate
    wait_s: float = 0.0


class Breaker:
    """The health of one model, shared by all threads.

    Every admission GO or PROBE is followed by one report: `answered`, `replied`, `failed`,
    `give_up` or `withdrew`.

    Args:
        policy: when it opens.
        clock: a monotonic clock, in seconds.
        poll_s: how long to wait where another call is probing.
    """

    def __init__(
        self, policy: BreakerPolicy, clock: Callable[[], float], *, poll_s: float = 0.2
    ) -> None:
        self._policy = policy
        self._clock = clock
        self._poll_s = poll_s
        self._lock = threading.Lock()
        self._failures = 0
        self._probes_failed = 0
        self._open_until: float | None = None
        self._probing = False
        self._down = False
        self._reached = False
        self._answers = 0
        self._trouble: Trouble | None = None

    @property
    def healthy(self) -> bool:
        """Whether calls go through freely."""
        with self._lock:
            return self._open_until is None and not self._down

    @property
    def down(self) -> bool:
        """Whether the model is given up for the run."""
        with self._lock:
            return self._down

    @property
    def answers(self) -> int:
        """How many calls were answered so far."""
        with self._lock:
            return self._answers

    @property
    def trouble(self) -> Trouble | None:
        """The failure that opened it last; None where nothing did."""
        with self._lock:
            return self._trouble

    def admit(self) -> Admission:
        """Say whether a call may go now."""
        with self._lock:
            if self._down:
                return Admission(gate=Gate.DOWN)
            if self._open_until is None:
                return Admission(gate=Gate.GO)
            left_s = self._open_until - self._clock()
            if left_s > 0:
                return Admission(gate=Gate.WAIT, wait_s=left_s)
            if self._probing:
                return Admission(gate=Gate.WAIT, wait_s=self._poll_s)
            self._probing = True
            return Admission(gate=Gate.PROBE)

    def answered(self, admission: Admission) -> None:
        """Count an answer: the model is well, whatever was known before."""
        with self._lock:
            self._answers += 1
            self._heal(admission)

    def replied(self, admission: Admission) -> None:
        """Note an error that speaks of the request alone: the model is well."""
        with self._lock:
            self._heal(admission)

    def failed(
        self, admission: Admission, trouble: Trouble, *, retry_after_s: float | None
    ) -> bool:
        """Count a failure that may pass; return True when it opened a closed breaker or was final.

        A rate limit is the pace asked for and no illness: it never opens a breaker, and keeps an
        open one as it is. A model that never was reached is given up when its breaker would open.
        What fails after a model was given up says nothing new of it.

        Args:
            admission: what the call was let through with.
            trouble: the failure.
            retry_after_s: how long the provider asks to wait; the next probe comes no earlier.
        """
        probed = admission.gate is Gate.PROBE
        with self._lock:
            if self._down:
                return False
            self._probing = self._probing and not probed
            self._reached = self._reached or trouble.outcome is not CallOutcome.CONNECTION
            if trouble.outcome is CallOutcome.RATE_LIMITED:
                if probed:
                    self._open(retry_after_s)
                return False
            self._failures += 1
            self._probes_failed += probed
            if not probed and (
                self._failures < self._policy.failures or self._open_until is not None
            ):
                return False
            self._trouble = trouble
            if self._probes_failed >= self._policy.probes or not self._reached:
                return self._end()
            self._open(retry_after_s)
            return not probed

    def give_up(self, trouble: Trouble) -> bool:
        """Leave the model alone for the rest of the run; return True the first time."""
        with self._lock:
            if not self._down:
                self._trouble = trouble
            return self._end()

    def withdrew(self, admission: Admission) -> None:
        """Take back an admission that was not used."""
        if admission.gate is Gate.PROBE:
            with self._lock:
                self._probing = False

    def _heal(self, admission: Admission) -> None:
        if admission.gate is Gate.PROBE:
            self._probing = False
        self._reached = True
        self._failures = self._probes_failed = 0
        self._open_until = None

    def _open(self, retry_after_s: float | None) -> None:
        pause_s = self._policy.cool_down_s * self._policy.growth**self._probes_failed
        self._open_until = self._clock() + max(pause_s, retry_after_s or 0.0)

    def _end(self) -> bool:
        first, self._down = not self._down, True
        return first
