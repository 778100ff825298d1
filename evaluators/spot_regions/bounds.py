"""The cheapest schedule of one job for a scheduler that knows every zone's whole trace.

Dynamic programming over (tick, place, machine, lost time), lost time being what the clock has run
minus what the job has gained: waiting a tick loses `tick_s`, a launch loses `overhead_s`, one in
another region `move_s` more, running on loses nothing. A job is done in time exactly when at the
deadline no more than deadline - work is lost. The value of a state is the least cost so far. Where
the data is counts by region only, since within a region moving is free. A clairvoyant never asks in
vain, so what a policy can see has no part in it.

For launches that take at most a tick and are multiples of the grain this is the exact optimum under
the simulator's rules, the deadline guarantee included. Otherwise it is a lower bound: launches are
rounded down to the grain; a long overhead may be partly paid when the guarantee looks at it, so the
guarantee is applied later than in the simulator; and an instance given up before its overhead is
paid (which can make sense to bring the data to another region) has lost no more than a tick.
"""

import math

import numpy as np
from numpy.typing import NDArray

from .generator import Workload
from .scoring import dollars

_GRAIN_S = 60
_UNREACHED = 2**61
_Costs = NDArray[np.int64]


def cheapest(job: Workload) -> float:
    """Return a lower bound of the job's cost in dollars: what a clairvoyant would pay."""
    grid = _Grid(job)
    values = _Values(job, grid)
    for tick in range(job.ticks):
        values.step(job.available[tick], free=grid.free(tick))
    return dollars(int(values.best.min()))


class _Grid:
    """Lost times as indices: state s has lost s * grain seconds."""

    def __init__(self, job: Workload) -> None:
        self._grain = grain = math.gcd(_GRAIN_S, job.tick_s)
        self.wait = job.tick_s // grain
        self.launch = job.overhead_s // grain
        self.move = (job.overhead_s + job.move_s) // grain
        self.states = (job.ticks * job.tick_s - job.work_s) // grain + 1
        self._job = job
        longest_s = job.overhead_s + (job.move_s if len(set(job.regions)) > 1 else 0)
        unforced_s = (job.ticks - 1) * job.tick_s - job.work_s - job.overhead_s
        unforced_s += max(longest_s - job.tick_s, 0)
        self._unforced = max(unforced_s // grain + 1, 0)

    def free(self, tick: int) -> int:
        """Return how many states, from 0, may wait: those not forced, and finished ones."""
        finished = (tick * self._job.tick_s - self._job.work_s) // self._grain + 1
        return min(max(self._unforced, finished), self.states)


class _Values:
    """Least cost by region and lost time over all machines, and with each machine running."""

    def __init__(self, job: Workload, grid: _Grid) -> None:
        self._job = job
        self._grid = grid
        regions = max(job.regions) + 1
        self.best = np.full((regions, grid.states), _UNREACHED, dtype=np.int64)
        self._on_demand = self.best.copy()
        self._spot = np.full((job.zones, grid.states), _UNREACHED, dtype=np.int64)
        self._prices = [price * job.tick_s for price in job.prices]
        self.best[job.regions[0], 0] = 0

    def step(self, available: NDArray[np.bool_], *, free: int) -> None:
        """Go one tick further."""
        job, grid, best = self._job, self._grid, self.best
        _relax(self._on_demand, best, shift=grid.launch, count=grid.states)
        self._on_demand += job.on_demand * job.tick_s
        later = self._on_demand.copy()
        _relax(later, best, shift=grid.wait, count=free)
        anywhere = best.min(axis=0) + job.move_units
        for zone, region in enumerate(job.regions):
            spot = self._spot[zone]
            if not available[zone]:
                spot.fill(_UNREACHED)
                continue
            _relax(spot, best[region], shift=grid.launch, count=free)
            _relax(spot, anywhere, shift=grid.move, count=free)
            spot += self._prices[zone]
            np.minimum(later[region], spot, out=later[region])
            if grid.move > grid.wait:
                fetched = anywhere + self._prices[zone]
                _relax(later[region], fetched, shift=grid.wait, count=free)
        self.best = later


def _relax(target: _Costs, source: _Costs, *, shift: int, count: int) -> None:
    """Lower target[..., shift + i] to source[..., i] for the first `count` i that fit."""
    fit = min(count, target.shape[-1] - shift)
    if fit > 0:
        part = target[..., shift : shift + fit]
        np.minimum(part, source[..., :fit], out=part)
