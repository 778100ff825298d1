"""A session that plays scripts, and the published rules written down once more, word for word."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pytest
from numpy.typing import NDArray

from adrs.evaluators.spot.generator import Workload, build_workload
from adrs.evaluators.spot.scoring import Prices
from adrs.sandbox.protocol import Argument

NONE, SPOT, ON_DEMAND = 0, 1, 2


class ScriptedSession:
    """Answers slot i at its t-th tick with `scripts[i, t]` and remembers what it was shown."""

    def __init__(self, scripts: NDArray[np.integer]) -> None:
        self.scripts = scripts.astype(np.int32)
        self.setups: NDArray[np.void] | None = None
        self.asked: list[tuple[NDArray[np.int32], NDArray[np.void]]] = []

    def begin(self, setups: NDArray[np.void]) -> None:
        self.setups = setups.copy()

    def decide(self, slots: NDArray[np.int32], observations: NDArray[np.void]) -> NDArray[np.int32]:
        self.asked.append((slots.copy(), observations.copy()))
        return np.asarray(self.scripts[slots, len(self.asked) - 1], dtype=np.int32)

    def plan(self, slot: int, arguments: Sequence[Argument]) -> tuple[NDArray[np.generic], ...]:
        raise AssertionError(f"slot {slot} asked for a plan of {len(arguments)} arguments")

    @property
    def cpu_s(self) -> float:
        return 0.0

    def close(self) -> None:
        pass


@dataclass(frozen=True)
class Account:
    ticks: tuple[int, int, int]  # by machine
    launches: int
    left_s: int


def literal_rules(job: Workload, script: Sequence[int]) -> Account:
    """Play one job tick by tick by the published rules, with no table and no shortcut."""
    tick_s = job.tick_s
    machine, pending_s, done_s, launches = NONE, 0, 0, 0
    ticks = [0, 0, 0]
    for tick in range(job.deadline_s // tick_s + 1):
        if machine != NONE:
            done_s += min(max(tick_s - pending_s, 0), job.work_s - done_s)
            pending_s = max(pending_s - tick_s, 0)
        if done_s >= job.work_s or tick == job.deadline_s // tick_s:
            break
        if machine == SPOT and not job.available[tick]:
            machine = NONE
        request = script[tick]
        needed_s = math.ceil((job.work_s - done_s + job.overhead_s) / tick_s) * tick_s
        if needed_s >= (job.deadline_s - tick * tick_s) // tick_s * tick_s:
            request = SPOT if machine == SPOT and pending_s == 0 else ON_DEMAND
        if request == SPOT and not job.available[tick]:
            request = NONE
        if request not in (NONE, machine):
            pending_s = job.overhead_s
            launches += 1
        machine = request
        ticks[machine] += 1
    return Account(
        ticks=(ticks[0], ticks[1], ticks[2]), launches=launches, left_s=job.work_s - done_s
    )


def make_job(
    trace: Sequence[int] | NDArray[np.bool_],
    *,
    work_s: int,
    overhead_s: int,
    tick_s: int = 600,
    extra_s: int = 0,
) -> Workload:
    """A job whose deadline is the end of the trace, plus less than a tick."""
    return build_workload(
        work_s=work_s,
        deadline_s=len(trace) * tick_s + extra_s,
        overhead_s=overhead_s,
        tick_s=tick_s,
        available=np.array(trace, dtype=np.bool_),
    )


@pytest.fixture(scope="session")
def prices() -> Prices:
    return Prices(spot=9731, on_demand=30600, tick_s=600)


@pytest.fixture(scope="session")
def scripted() -> type[ScriptedSession]:
    return ScriptedSession


@pytest.fixture(scope="session")
def literal() -> Callable[..., Account]:
    return literal_rules


@pytest.fixture(scope="session")
def job() -> Callable[..., Workload]:
    return make_job
