"""Plays a batch of independent jobs in lockstep.

A job's data (its input, then its checkpoints) is in one zone, its home; an instance runs there. At
each tick the last tick's work is credited, a spot instance whose zone has no spot is preempted, and
the policy is asked once:

- WAIT stops what runs. ON_DEMAND runs an on-demand instance at home.
- SPOT_z asks for spot in zone z. Without spot there the request is refused and changes nothing:
  what runs goes on. With spot, the instance starts there and z is the home from now on; what ran
  elsewhere, or on-demand, stops.
- A start is a launch and sets the overhead to sit out, which replaces what was left of an earlier
  one. In another region than the old home's it also pays `move_cost` and takes `move_s` longer.
- A tick is billed whole, at the price of the zone it runs in.

Before the policy comes the deadline guarantee: when ceil((work left + overhead) / tick) >= ticks
left, the tick goes to ON_DEMAND at home, or stays on a spot instance that has no overhead left to
sit out. Once the guarantee holds it holds to the end, so that part of a job is computed at once.

All times are integer seconds, all costs integers.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from adrs.sandbox.protocol import Session

from .generator import Workload
from .interface import FIRST_SPOT, MAX_ZONES, NOBODY, OBSERVATION_DTYPE, SETUP_DTYPE, Machine
from .scoring import PRICE_SCALE, Ledger, dollars

Ints = NDArray[np.int64]


def simulate(jobs: Sequence[Workload], session: Session) -> tuple[Ledger, ...]:
    """Drive one policy object per job and return what happened in each.

    Raises:
        PolicyFailed: let through from the session.
    """
    session.begin(np.array([_setup(job) for job in jobs], dtype=SETUP_DTYPE))
    return _Lockstep(jobs).run(session)


def _setup(job: Workload) -> tuple[int | float, ...]:
    absent = MAX_ZONES - job.zones
    return (
        job.work_s,
        job.deadline_s,
        job.overhead_s,
        job.tick_s,
        job.zones,
        job.on_demand / PRICE_SCALE,
        dollars(job.move_units),
        job.move_s,
        *(price / PRICE_SCALE for price in job.prices),
        *(0.0,) * absent,
        *job.regions,
        *(-1,) * absent,
    )


class _Column(IntEnum):
    """Rows of the table of the jobs that are still asked."""

    SLOT = 0
    HOME = 1
    RUNNING = 2
    OWED_S = 3
    REFUSED = 4
    DONE_S = 5
    UNITS = 6
    SPOT_TICKS = 7
    ON_DEMAND_TICKS = 8
    LAUNCHES = 9
    MOVES = 10
    REFUSALS = 11


class _Lockstep:
    """The state of every job whose policy is still asked, one column of `_state` each."""

    def __init__(self, jobs: Sequence[Workload]) -> None:
        self._jobs = jobs
        self._tick_s = jobs[0].tick_s
        count, ticks = len(jobs), max(job.ticks for job in jobs)
        # One tick and the zones that a job has not got are there too, without spot.
        self._spot = np.zeros((ticks + 1, count, MAX_ZONES), dtype=np.bool_)
        self._prices = np.zeros((count, MAX_ZONES), dtype=np.int64)
        self._regions = np.zeros((count, MAX_ZONES), dtype=np.int64)
        for slot, job in enumerate(jobs):
            self._spot[: job.ticks, slot, : job.zones] = job.available
            self._prices[slot, : job.zones] = job.prices
            self._regions[slot, : job.zones] = job.regions
        self._zones = np.array([job.zones for job in jobs])
        self._on_demand = np.array([job.on_demand for job in jobs])
        self._overhead_s = np.array([job.overhead_s for job in jobs])
        self._move_s = np.array([job.move_s for job in jobs])
        self._move_units = np.array([job.move_units for job in jobs])
        self._work_s = np.array([job.work_s for job in jobs])
        # The guarantee holds at tick t when done_s < guard_s + t * tick_s.
        self._guard_s = self._work_s + self._overhead_s
        self._guard_s -= np.array([(job.ticks - 1) * job.tick_s for job in jobs])
        self._state = np.zeros((len(_Column), count), dtype=np.int64)
        self._state[_Column.SLOT] = np.arange(count)
        self._state[_Column.REFUSED] = NOBODY
        self._ledgers: list[Ledger | None] = [None] * count

    def run(self, session: Session) -> tuple[Ledger, ...]:
        """Play to the end of every job."""
        tick = 0
        while True:
            self._settle(tick)
            slots = self._state[_Column.SLOT]
            if not len(slots):
                break
            decisions = session.decide(slots.astype(np.int32), self._observe(tick))
            self._advance(tick, self._known_zones(tick, decisions.astype(np.int64)))
            tick += 1
        return tuple(ledger for ledger in self._ledgers if ledger is not None)

    def _observe(self, tick: int) -> NDArray[np.void]:
        state = self._state
        frame = np.empty(state.shape[1], dtype=OBSERVATION_DTYPE)
        frame["now_s"] = tick * self._tick_s
        frame["home"] = state[_Column.HOME]
        frame["has_spot"] = self._spot[tick, state[_Column.SLOT], state[_Column.HOME]]
        frame["running"] = state[_Column.RUNNING]
        frame["done_s"] = state[_Column.DONE_S]
        frame["overhead_left_s"] = state[_Column.OWED_S]
        frame["refused"] = state[_Column.REFUSED]
        return frame

    def _known_zones(self, tick: int, decisions: Ints) -> Ints:
        """Retire the jobs that asked for a zone that they have not got; return the others'."""
        unknown = decisions - FIRST_SPOT >= self._zones[self._state[_Column.SLOT]]
        if not unknown.any():
            return decisions
        for i in np.flatnonzero(unknown).tolist():
            self._retire(i, tick, unknown_zone=int(decisions[i]) - FIRST_SPOT)
        self._state = self._state[:, ~unknown]
        known: Ints = decisions[~unknown]
        return known

    def _advance(self, tick: int, decisions: Ints) -> None:
        state = self._state
        slot, home, running = state[_Column.SLOT], state[_Column.HOME], state[_Column.RUNNING]
        asks = decisions >= FIRST_SPOT
        there = np.where(asks, decisions - FIRST_SPOT, home)
        granted = asks & self._spot[tick, slot, there]
        refused = asks ^ granted
        there = np.where(granted, there, home)
        machine = np.where(asks, np.where(granted, Machine.SPOT, running), decisions)
        works = machine != Machine.NONE
        launch = works & ((machine != running) | (there != home))
        moves = self._regions[slot, there] != self._regions[slot, home]
        new_s = self._overhead_s[slot] + moves * self._move_s[slot]
        owed_s = np.where(launch, new_s, state[_Column.OWED_S] * works)
        on_spot = machine == Machine.SPOT
        price = np.where(on_spot, self._prices[slot, there], self._on_demand[slot]) * works
        state[_Column.UNITS] += price * self._tick_s + moves * self._move_units[slot]
        state[_Column.DONE_S] += np.maximum(self._tick_s - owed_s, 0) * works
        state[_Column.SPOT_TICKS] += on_spot
        state[_Column.ON_DEMAND_TICKS] += works ^ on_spot
        state[_Column.LAUNCHES] += launch
        state[_Column.MOVES] += moves
        state[_Column.REFUSALS] += refused
        kept = ~on_spot | self._spot[tick + 1, slot, there]
        state[_Column.REFUSED] = np.where(refused, decisions - FIRST_SPOT, NOBODY)
        state[_Column.HOME] = there
        state[_Column.RUNNING] = machine * kept
        state[_Column.OWED_S] = np.maximum(owed_s - self._tick_s, 0) * kept

    def _settle(self, tick: int) -> None:
        """Retire the jobs that are done, and those that the guarantee takes over."""
        slot, done_s = self._state[_Column.SLOT], self._state[_Column.DONE_S]
        asked = (done_s < self._work_s[slot]) & (
            done_s >= self._guard_s[slot] + tick * self._tick_s
        )
        if not asked.all():
            for i in np.flatnonzero(~asked).tolist():
                self._retire(i, tick)
            self._state = self._state[:, asked]

    def _retire(self, i: int, tick: int, *, unknown_zone: int | None = None) -> None:
        column = self._state[:, i].tolist()
        job = self._jobs[column[_Column.SLOT]]
        tail = _guaranteed(job, tick, column) if unknown_zone is None else _Tail()
        spot, on_demand = column[_Column.SPOT_TICKS], column[_Column.ON_DEMAND_TICKS]
        price = job.prices[column[_Column.HOME]]
        rest = tail.spot_ticks * price + tail.on_demand_ticks * job.on_demand
        self._ledgers[column[_Column.SLOT]] = Ledger(
            units=column[_Column.UNITS] + rest * job.tick_s,
            egress_units=column[_Column.MOVES] * job.move_units,
            spot_ticks=spot + tail.spot_ticks,
            on_demand_ticks=on_demand + tail.on_demand_ticks,
            idle_ticks=tick - spot - on_demand,
            launches=column[_Column.LAUNCHES] + tail.launches,
            moves=column[_Column.MOVES],
            refusals=column[_Column.REFUSALS],
            forced_ticks=tail.spot_ticks + tail.on_demand_ticks,
            missing_s=tail.missing_s,
            unknown_zone=unknown_zone,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tail:
    """What the guarantee made of the rest of a job."""

    spot_ticks: int = 0
    on_demand_ticks: int = 0
    launches: int = 0
    missing_s: int = 0


def _guaranteed(job: Workload, tick: int, column: Sequence[int]) -> _Tail:
    """Run the rest of a job, if there is any, under the guarantee: spot first, then on-demand."""
    left_s = job.work_s - column[_Column.DONE_S]
    owed_s = column[_Column.OWED_S]
    spot = 0
    if column[_Column.RUNNING] == Machine.SPOT and not owed_s:
        ahead = job.available[tick:, column[_Column.HOME]]
        gone = int(np.argmin(ahead)) if not ahead.all() else len(ahead)
        spot = min(gone, max(math.ceil(left_s / job.tick_s), 0))
        left_s -= spot * job.tick_s
    if left_s <= 0:
        return _Tail(spot_ticks=spot)
    launches = int(column[_Column.RUNNING] != Machine.ON_DEMAND)
    overhead_s = job.overhead_s if launches else owed_s
    needed = math.ceil((left_s + overhead_s) / job.tick_s)
    ticks = min(needed, job.ticks - tick - spot)
    worked_s = max(ticks * job.tick_s - overhead_s, 0)
    return _Tail(
        spot_ticks=spot,
        on_demand_ticks=ticks,
        launches=launches,
        missing_s=max(left_s - worked_s, 0),
    )
