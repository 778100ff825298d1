"""A session that plays scripts, and the rules written down once more, job by job."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pytest
from numpy.typing import NDArray

from adrs.evaluators.spot_regions.generator import Workload
from adrs.sandbox.protocol import Argument

WAIT, ON_DEMAND, SPOT = 0, 1, 2


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

    def plan(
        self, slot: int, arguments: Sequence[Argument], *, cpu_s: float = math.inf
    ) -> tuple[NDArray[np.generic], ...]:
        raise AssertionError(f"slot {slot} asked for a plan of {len(arguments)} arguments")

    @property
    def cpu_s(self) -> float:
        return 0.0

    def close(self) -> None:
        pass


@dataclass(frozen=True)
class Account:
    units: int
    launches: int
    moves: int
    refusals: int
    left_s: int


class LiteralJob:
    """One job under the rules of the statement, with no arrays and no shortcut."""

    def __init__(self, job: Workload) -> None:
        self.job = job
        self.home, self.machine = 0, "none"
        self.owed_s = self.done_s = self.units = 0
        self.launches = self.moves = self.refusals = 0

    def play(self, script: Sequence[int]) -> Account:
        job = self.job
        for tick in range(job.ticks):
            left_s = job.work_s - self.done_s
            if left_s <= 0:
                break
            if self.machine == "spot" and not job.available[tick, self.home]:
                self.machine, self.owed_s = "none", 0
            needed = math.ceil((left_s + job.overhead_s) / job.tick_s)
            if needed >= job.ticks - tick:
                if self.machine != "spot" or self.owed_s:
                    self.start("on-demand", self.home)
            else:
                self.obey(int(script[tick]), tick)
            self.run()
        left_s = max(job.work_s - self.done_s, 0)
        return Account(self.units, self.launches, self.moves, self.refusals, left_s)

    def obey(self, action: int, tick: int) -> None:
        if action == WAIT:
            self.machine, self.owed_s = "none", 0
        elif action == ON_DEMAND:
            self.start("on-demand", self.home)
        elif self.job.available[tick, action - SPOT]:
            self.start("spot", action - SPOT)
        else:
            self.refusals += 1

    def start(self, machine: str, zone: int) -> None:
        if (machine, zone) == (self.machine, self.home):
            return
        self.launches += 1
        self.owed_s = self.job.overhead_s
        if self.job.regions[zone] != self.job.regions[self.home]:
            self.moves += 1
            self.owed_s += self.job.move_s
            self.units += self.job.move_units
        self.machine, self.home = machine, zone

    def run(self) -> None:
        job = self.job
        if self.machine == "none":
            return
        price = job.prices[self.home] if self.machine == "spot" else job.on_demand
        self.units += price * job.tick_s
        self.done_s += max(job.tick_s - self.owed_s, 0)
        self.owed_s = max(self.owed_s - job.tick_s, 0)


def make_job(
    *traces: Sequence[int],
    work_s: int,
    overhead_s: int,
    regions: Sequence[int] = (),
    prices: Sequence[int] = (),
    move_s: int = 0,
    move_units: int = 0,
    tick_s: int = 600,
) -> Workload:
    """A job whose deadline is the end of the traces, one per zone."""
    zones = len(traces)
    return Workload(
        work_s=work_s,
        deadline_s=len(traces[0]) * tick_s,
        overhead_s=overhead_s,
        tick_s=tick_s,
        move_s=move_s,
        move_units=move_units,
        on_demand=30_600,
        prices=tuple(prices) or (10_000,) * zones,
        regions=tuple(regions) or tuple(range(zones)),
        available=np.array(traces, dtype=np.bool_).T.copy(),
    )


@pytest.fixture(scope="session")
def scripted() -> type[ScriptedSession]:
    return ScriptedSession


@pytest.fixture(scope="session")
def literal() -> Callable[[Workload, Sequence[int]], Account]:
    return lambda job, script: LiteralJob(job).play(script)


@pytest.fixture(scope="session")
def job() -> Callable[..., Workload]:
    return make_job
