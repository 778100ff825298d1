"""A lower bound of the mean charged latency, for a scheduler that knows every task to come.

Lagrangian relaxation of the servers' cores. Servers of one speed are taken together, their memory
and the order of their queues are left out, and a core in use at time t has the price lambda(t),
constant within each of some equal intervals. For any prices of at least 0

    sum over tasks of min over speeds and starts of [response + cores * price of the time in use]
    - sum over speeds and intervals of [price * cores there are * length]

is a lower bound of the sum of responses of every schedule, since the cores in use never exceed
those there are. The first minimum is exact: prices are constant in intervals, so the cost of a
start is piecewise linear in it and smallest at the task's arrival or where its start or its finish
meets the end of an interval. Prices come from subgradient steps with a target level (Polyak),
first for one interval, then for ever shorter ones; with prices of 0 the bound is every task at once
on the fastest server. On top come the messages that nobody can do without: one for every placement,
and the pushes. A single server leaves nothing to decide, so there the bound is what comes of it.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .cluster import Cluster
from .generator import Workload
from .scoring import Terms, push_messages
from .simulator import WHOLE_SPEED

_STAGES = ((1, 8), (3, 8), (9, 8), (27, 16))  # intervals, steps; each a multiple of the one before
_TARGET = 0.1  # how far above the best the first steps aim, relative to the bound without prices
_PATIENCE = 2  # steps without gain after which the target comes nearer
_BEYOND = 8.0  # priced time after the last arrival, in mean task times
_US_PER_MS = 1000.0

_Floats = NDArray[np.float64]


def least_latency_ms(workload: Workload, terms: Terms) -> float:
    """Return a lower bound of the workload's value under any policy, ms a task."""
    count = len(workload.tasks)
    pushes = push_messages(
        tasks=count, push_every=workload.push_every, schedulers=workload.schedulers
    )
    charged_us = terms.message_us * (count + pushes)
    return (least_response_us(workload) + charged_us) / (count * _US_PER_MS)


def least_response_us(workload: Workload) -> float:
    """Return a lower bound of the sum of all response times, microseconds."""
    if len(workload.servers) == 1:
        return float(_queue_response_us(workload))
    demand = _Demand.of(workload)
    best = base = float(demand.times.min(axis=0).sum())
    horizon = demand.horizon()
    prices = np.zeros((len(demand.capacity), 1))
    gap = _TARGET * base
    for intervals, steps in _STAGES:
        prices = np.repeat(prices, intervals // prices.shape[1], axis=1)
        edges = np.linspace(0.0, horizon, intervals + 1)
        stage = _Stage(demand, edges, best, gap)
        prices = stage.climb(prices, steps)
        best, gap = stage.best, stage.gap
    return best


def _queue_response_us(workload: Workload) -> int:
    """Return the sum of responses on one server, where nothing can be decided but to probe.

    Probing delays a task, and a later start of one never makes another start earlier: whatever
    held cores or memory at some time still does.
    """
    server, tasks = workload.servers[0], workload.tasks
    cluster = Cluster([server.cores], [server.memory_gb])
    times = -(-tasks.work_us * WHOLE_SPEED // server.speed)
    columns = (tasks.cores, tasks.memory_gb, tasks.arrival_us, times)
    total_us = 0
    for cores, memory, arrival_us, time_us in zip(*(c.tolist() for c in columns), strict=True):
        start_us = cluster.place(0, cores, memory, arrival_us, time_us, 0)
        total_us += start_us + time_us - arrival_us
    return total_us


@dataclass(frozen=True, slots=True, kw_only=True)
class _Demand:
    """The tasks, and the servers by speed.

    Attributes:
        arrivals: shape [tasks], microseconds.
        cores: shape [tasks].
        times: shape [speeds, tasks], how long each task runs at each speed, microseconds.
        capacity: shape [speeds], cores of all servers of a speed.
    """

    arrivals: _Floats
    cores: _Floats
    times: _Floats
    capacity: _Floats

    @staticmethod
    def of(workload: Workload) -> "_Demand":
        tasks, servers = workload.tasks, workload.servers
        speeds = sorted({server.speed for server in servers})
        capacity = [sum(s.cores for s in servers if s.speed == speed) for speed in speeds]
        times = [-(-tasks.work_us * WHOLE_SPEED // speed) for speed in speeds]
        return _Demand(
            arrivals=tasks.arrival_us.astype(np.float64),
            cores=tasks.cores.astype(np.float64),
            times=np.array(times, dtype=np.float64),
            capacity=np.array(capacity, dtype=np.float64),
        )

    def horizon(self) -> float:
        """Return until when time has a price: long enough for all work and the last tasks."""
        fastest = self.times.min(axis=0)
        work = float((self.cores * fastest).sum() / self.capacity.sum())
        return max(float(self.arrivals.max()), work) + _BEYOND * float(fastest.mean())


class _Stage:
    """Steps with one set of intervals.

    Attributes:
        best: the highest bound so far, of earlier stages too.
        gap: how far above it the next step aims.
    """

    def __init__(self, demand: _Demand, edges: _Floats, best: float, gap: float) -> None:
        self._demand = demand
        self._edges = edges
        self._offered = demand.capacity[:, None] * float(edges[1] - edges[0])
        self.best = best
        self.gap = gap

    def climb(self, prices: _Floats, steps: int) -> _Floats:
        """Take steps from `prices`; return the best prices met."""
        highest, kept, failures = -np.inf, prices, 0
        for _ in range(steps):
            bound, used = self._value(prices)
            if bound > highest:
                if bound > self.best + self.gap / 2.0:
                    self.gap *= 2.0
                highest, kept, failures = bound, prices, 0
            else:
                failures += 1
            if failures == _PATIENCE:
                prices, failures = kept, 0
                self.gap /= 2.0
            self.best = max(self.best, bound)
            direction = used - self._offered
            direction[(prices <= 0.0) & (direction < 0.0)] = 0.0
            length = float((direction**2).sum())
            if length == 0.0:
                break
            prices = np.maximum(prices + (self.best + self.gap - bound) / length * direction, 0.0)
        return kept

    def _value(self, prices: _Floats) -> tuple[float, _Floats]:
        """Return the bound of some prices, and the core-time in use at its minimum."""
        demand, edges = self._demand, self._edges
        answers = [self._cheapest(speed, row) for speed, row in enumerate(prices)]
        costs = np.stack([cost for cost, _ in answers])
        chosen = costs.argmin(axis=0)
        used = np.zeros_like(prices)
        for speed, (_, starts) in enumerate(answers):
            mine = chosen == speed
            ends = starts[mine] + demand.times[speed, mine]
            within = np.clip(edges, starts[mine, None], ends[:, None])
            used[speed] = demand.cores[mine] @ np.diff(within, axis=1)
        bound = float(costs.min(axis=0).sum()) - float((prices * self._offered).sum())
        return bound, used

    def _cheapest(self, speed: int, prices: _Floats) -> tuple[_Floats, _Floats]:
        """Return every task's least cost at one speed, and the start that has it."""
        demand, edges = self._demand, self._edges
        paid = np.concatenate(([0.0], np.cumsum(prices * (edges[1] - edges[0]))))
        times = demand.times[speed][:, None]
        arrivals = demand.arrivals[:, None]
        starts = np.concatenate(
            (np.broadcast_to(edges, (len(times), len(edges))), edges - times, arrivals), axis=1
        )
        starts = np.maximum(starts, arrivals)
        price = np.interp(starts + times, edges, paid) - np.interp(starts, edges, paid)
        costs = starts + demand.cores[:, None] * price
        best = costs.argmin(axis=1)[:, None]
        least = np.take_along_axis(costs, best, axis=1) + times - arrivals
        return least[:, 0], np.take_along_axis(starts, best, axis=1)[:, 0]
