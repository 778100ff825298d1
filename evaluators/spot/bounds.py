"""The cheapest schedule of one job for a scheduler that knows the whole trace.

Dynamic programming over (tick, machine, lost time), lost time being what the clock has run minus
what the job has gained: waiting a tick loses `tick_s`, a launch loses `overhead_s`, running on
loses nothing. A job is done in time exactly when at the deadline no more than deadline - work is
lost. The value of a state is the least cost so far. One tick is a handful of vector operations over
all lost times, and a job with little slack has few of them.

For overheads of at most a tick this is the exact optimum under the simulator's rules, the deadline
guarantee included. A longer overhead may be partly paid when the guarantee looks at it; there the
guarantee is applied later than in the simulator, which makes the result a lower bound.
"""

import math

import numpy as np
from numpy.typing import NDArray

from .generator import Workload
from .scoring import Prices

_GRAIN_S = 12  # the common measure of the usual overheads; a finer overhead is rounded down to it


def cheapest(job: Workload, prices: Prices) -> float:
    """Return a lower bound of the job's cost in dollars: what a clairvoyant would pay."""
    grid = _Grid(job)
    value = _Values(grid.states, prices, job.ticks)
    for tick in range(job.ticks):
        value.step(grid, available=bool(job.available[tick]), free=grid.free(tick))
    return prices.dollars(int(value.best.min()))


class _Grid:
    """Lost times as indices: state s has lost s * grain seconds."""

    def __init__(self, job: Workload) -> None:
        measure = math.gcd(_GRAIN_S, job.tick_s)
        overhead_s = job.overhead_s // measure * measure
        grain = math.gcd(job.tick_s, overhead_s)
        self.launch = overhead_s // grain
        self.wait = job.tick_s // grain
        self.states = (job.ticks * job.tick_s - job.work_s) // grain + 1
        self._work_s = job.work_s
        self._tick_s = job.tick_s
        self._grain = grain
        unforced_s = (job.ticks - 1) * job.tick_s - job.work_s - overhead_s
        unforced_s += max(overhead_s - job.tick_s, 0)
        self._unforced = max(unforced_s // grain + 1, 0)

    def free(self, tick: int) -> int:
        """Return how many states, from 0, may wait: those not forced, and finished ones."""
        finished = (tick * self._tick_s - self._work_s) // self._grain + 1
        return min(max(self._unforced, finished), self.states)


class _Values:
    """Least cost by lost time: over all machines, and on spot or on-demand in the last tick."""

    def __init__(self, states: int, prices: Prices, ticks: int) -> None:
        highest = ticks * max(prices.spot, prices.on_demand)
        dtype = np.int32 if highest < 2**30 else np.int64
        self._unreached = 2**30 if dtype is np.int32 else 2**62
        self._prices = prices
        self.best: NDArray[np.integer] = np.full(states, self._unreached, dtype=dtype)
        self._spot = self.best.copy()
        self._on_demand = self.best.copy()
        self._next = self.best.copy()
        self.best[0] = 0
        self._spot_lives = False

    def step(self, grid: _Grid, *, available: bool, free: int) -> None:
        """Go one tick further."""
        best, spot, on_demand, later = self.best, self._spot, self._on_demand, self._next
        _relax(on_demand, best, shift=grid.launch, count=grid.states)
        on_demand += self._prices.on_demand
        if available:
            _relax(spot, best, shift=grid.launch, count=free)
            spot += self._prices.spot
            np.minimum(on_demand, spot, out=later)
        else:
            if self._spot_lives:
                spot.fill(self._unreached)
            np.copyto(later, on_demand)
        self._spot_lives = available
        _relax(later, best, shift=grid.wait, count=free)
        self.best, self._next = later, best


def _relax(
    target: NDArray[np.integer], source: NDArray[np.integer], *, shift: int, count: int
) -> None:
    """Lower target[shift + i] to source[i] for the first `count` i that fit."""
    fit = min(count, len(target) - shift)
    if fit > 0:
        part = target[shift : shift + fit]
        np.minimum(part, source[:fit], out=part)
