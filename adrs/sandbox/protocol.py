"""The seam of the sandbox: a job goes in, a session answers observation by observation."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from adrs.core.evaluation import Verdict
from adrs.core.interface import Interface
from adrs.core.isolation import IsolationLevel
from adrs.core.problem import Limits

Argument = int | float | NDArray[np.int64] | NDArray[np.float64]


class PolicyFailed(Exception):
    """The candidate ended its session; scoring turns this into a verdict.

    Attributes:
        verdict: any verdict but OK and IMPOSSIBLE.
        detail: at most 2 KB, free of control characters.
        slot: the scenario in the session at which it happened, where that is known.
    """

    def __init__(self, verdict: Verdict, detail: str, slot: int | None = None) -> None:
        super().__init__(f"{verdict}: {detail}")
        self.verdict = verdict
        self.detail = detail
        self.slot = slot


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What a candidate process is made for: its text, its interface, its limits."""

    source: str
    interface: Interface
    limits: Limits


class Session(Protocol):
    """One candidate process, from its start to its end.

    Every method raises `PolicyFailed` when the candidate compiles not, raises, answers wrongly or
    late, or dies; after that only `close` may be called. `EvaluatorError` says that the caller
    broke the contract, `SandboxUnavailableError` that the sandbox itself died. Not thread-safe.
    """

    def begin(self, setups: NDArray[np.void]) -> None:
        """Make one policy object per scenario (online interfaces).

        Args:
            setups: packed structured array, one record per scenario, in the order of the
                interface's `setup` fields; slot i is row i. Called first, and again for further
                scenarios: those before are over then.
        """

    def decide(self, slots: NDArray[np.int32], observations: NDArray[np.void]) -> NDArray[np.int32]:
        """Ask the policies of several scenarios for one decision each (online interfaces).

        Args:
            slots: shape [n], the scenarios asked, ascending.
            observations: shape [n], packed structured array of the interface's fields.

        Returns:
            Shape [n], each in 0..len(actions)-1, a private copy.
        """

    def plan(
        self, slot: int, arguments: Sequence[Argument], *, cpu_s: float = math.inf
    ) -> tuple[NDArray[np.generic], ...]:
        """Ask for one plan (planner interfaces).

        Args:
            slot: the scenario the plan is for, named in an error.
            arguments: one value per entry of the interface's `arguments`.
            cpu_s: CPU seconds that this plan may take, besides the limit for all of a session; a
                policy that takes more is ended then, with TIMEOUT.

        Returns:
            One array per entry of the interface's `result`, of the declared element type and
            number of dimensions; shapes and contents are the caller's to check. Private copies.
        """

    @property
    def cpu_s(self) -> float:
        """CPU seconds of the candidate process so far; measured from outside it."""

    def close(self) -> None:
        """Kill and reap the candidate process; safe to call twice."""


class Sandbox(Protocol):
    """Starts candidate processes, one session at a time."""

    @property
    def level(self) -> IsolationLevel:
        """What stands between a candidate and this host."""

    def open(self, job: Job) -> Session:
        """Start a candidate process and compile the program in it.

        Raises:
            PolicyFailed: with verdict REJECTED when it does not compile or lacks the interface,
                EXCEPTION when its top level raises, TIMEOUT, MEMORY, SECURITY or CRASH.
            SandboxUnavailableError: the host no longer lets a process be started.
        """

    def close(self) -> None:
        """End the sandbox and everything it started."""
