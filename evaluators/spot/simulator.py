"""Plays a batch of independent jobs in lockstep.

At each tick the last tick's work is credited, a spot instance without availability is preempted,
the policy is asked, and its answer goes through `rules`. Before the policy comes the deadline
guarantee: when ceil((work left + overhead) / tick) >= ticks left, the tick goes to ON_DEMAND, or
stays on a spot instance that has no overhead left to sit out. Once the guarantee holds it holds to
the end, so that part of a job is computed at once and its policy is not asked again.

Ticks with a machine are billed whole. All times are integer seconds.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from adrs.sandbox.protocol import Session

from .generator import Workload
from .interface import OBSERVATION_DTYPE, SETUP_DTYPE, Machine
from .rules import Condition, Count, stacked
from .scoring import PRICE_SCALE, Ledger, Prices


def simulate(workloads: Sequence[Workload], session: Session, prices: Prices) -> tuple[Ledger, ...]:
    """Drive one policy object per workload and return what happened in each.

    Raises:
        PolicyFailed: let through from the session.
    """
    session.begin(_setups(workloads, prices))
    return _Lockstep(workloads).run(session)


def _setups(workloads: Sequence[Workload], prices: Prices) -> NDArray[np.void]:
    spot, on_demand = prices.spot / PRICE_SCALE, prices.on_demand / PRICE_SCALE
    rows = [
        (job.work_s, job.deadline_s, job.overhead_s, job.tick_s, spot, on_demand)
        for job in workloads
    ]
    return np.array(rows, dtype=SETUP_DTYPE)


class _Lockstep:
    """Columns of the jobs whose policy is still asked; `active` holds their workloads' indices."""

    def __init__(self, workloads: Sequence[Workload]) -> None:
        self._jobs = workloads
        self._tick_s = workloads[0].tick_s
        count, ticks = len(workloads), max(job.ticks for job in workloads)
        self._rules = stacked([job.rules for job in workloads])
        self._frames = np.zeros((ticks, count), dtype=OBSERVATION_DTYPE)
        self._weather = np.zeros((ticks, count), dtype=np.int64)
        base = 0
        for slot, job in enumerate(workloads):
            self._frames[: job.ticks, slot] = job.history
            self._weather[: job.ticks, slot] = job.weather + base
            base += job.rules.keys
        self._active = np.arange(count, dtype=np.int32)
        self._condition = np.zeros((count, len(Condition)), dtype=np.int64)
        self._account = np.zeros((count, len(Count)), dtype=np.int64)
        self._work_s = np.array([job.work_s for job in workloads])
        # The guarantee holds at tick t when done_s < guard_s + t * tick_s.
        unforced = [job.work_s + job.overhead_s - (job.ticks - 1) * job.tick_s for job in workloads]
        self._guard_s = np.array(unforced)
        self._ledgers: list[Ledger | None] = [None] * count

    def run(self, session: Session) -> tuple[Ledger, ...]:
        """Play to the end of every job."""
        tick = settle_at = 0
        while True:
            if tick == settle_at:
                settle_at += self._settle(tick)
                if not len(self._active):
                    break
            decisions = session.decide(self._active, self._observe(tick))
            self._advance(tick, decisions)
            tick += 1
        return tuple(ledger for ledger in self._ledgers if ledger is not None)

    def _observe(self, tick: int) -> NDArray[np.void]:
        frame: NDArray[np.void] = self._frames[tick].take(self._active)
        frame["running"] = self._condition[:, Condition.RUNNING]
        frame["done_s"] = self._account[:, Count.DONE_S]
        frame["overhead_left_s"] = self._condition[:, Condition.OWED_S]
        return frame

    def _advance(self, tick: int, decisions: NDArray[np.int32]) -> None:
        keys = self._weather[tick].take(self._active)
        keys += self._condition[:, Condition.STATE]
        keys += decisions
        self._account += self._rules.counts.take(keys, axis=0)
        self._condition = self._rules.conditions.take(keys, axis=0)

    def _settle(self, tick: int) -> int:
        """Retire jobs that are done or guaranteed; return for how many ticks no other can be."""
        done_s = self._account[:, Count.DONE_S]
        left_s = self._work_s - done_s
        spare_s = done_s - self._guard_s - tick * self._tick_s
        asked = (left_s > 0) & (spare_s >= 0)
        if not asked.all():
            for i in np.flatnonzero(~asked).tolist():
                self._retire(i, tick)
            self._keep(asked)
            left_s, spare_s = left_s[asked], spare_s[asked]
        if not len(left_s):
            return 1
        return 1 + int(min(left_s.min() - 1, spare_s.min())) // self._tick_s

    def _retire(self, i: int, tick: int) -> None:
        slot = int(self._active[i])
        job = self._jobs[slot]
        done_s, spot, on_demand, launches = self._account[i].tolist()
        _, running, owed_s = self._condition[i].tolist()
        tail = _Tail()
        if done_s < job.work_s:
            tail = _guaranteed(
                job,
                tick=tick,
                running=Machine(running),
                left_s=job.work_s - done_s,
                owed_s=owed_s,
            )
        self._ledgers[slot] = Ledger(
            spot_ticks=spot + tail.spot_ticks,
            on_demand_ticks=on_demand + tail.on_demand_ticks,
            idle_ticks=tick - spot - on_demand,
            launches=launches + tail.launches,
            forced_ticks=tail.spot_ticks + tail.on_demand_ticks,
            missing_s=tail.missing_s,
        )

    def _keep(self, asked: NDArray[np.bool_]) -> None:
        self._active = self._active[asked]
        self._condition = self._condition[asked]
        self._account = self._account[asked]
        self._work_s = self._work_s[asked]
        self._guard_s = self._guard_s[asked]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tail:
    """What the guarantee made of the rest of a job."""

    spot_ticks: int = 0
    on_demand_ticks: int = 0
    launches: int = 0
    missing_s: int = 0


def _guaranteed(job: Workload, *, tick: int, running: Machine, left_s: int, owed_s: int) -> _Tail:
    """Run a job under the guarantee from `tick` to its end."""
    spot = 0
    if running is Machine.SPOT and owed_s == 0:
        downs = np.flatnonzero(~job.available[tick:])
        steady = int(downs[0]) if len(downs) else job.ticks - tick
        spot = min(steady, math.ceil(left_s / job.tick_s))
        left_s -= spot * job.tick_s
    if left_s <= 0:
        return _Tail(spot_ticks=spot)
    launches = int(running is not Machine.ON_DEMAND)
    overhead_s = job.overhead_s if launches else owed_s
    ticks = min(math.ceil((left_s + overhead_s) / job.tick_s), job.ticks - tick - spot)
    return _Tail(
        spot_ticks=spot,
        on_demand_ticks=ticks,
        launches=launches,
        missing_s=max(left_s - max(ticks * job.tick_s - overhead_s, 0), 0),
    )
