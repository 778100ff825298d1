import itertools
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adrs.evaluators.spot.bounds import cheapest
from adrs.evaluators.spot.generator import Workload, build_workload
from adrs.evaluators.spot.scoring import Prices
from adrs.evaluators.spot.simulator import simulate


def best_by_enumeration(task: Workload, prices: Prices, scripted: Callable[..., Any]) -> float:
    """The least cost over every sequence of actions, played by the simulator."""
    scripts = np.array(list(itertools.product(range(3), repeat=task.ticks)))
    ledgers = simulate([task] * len(scripts), scripted(scripts), prices)
    units = [
        prices.units(spot_ticks=one.spot_ticks, on_demand_ticks=one.on_demand_ticks)
        for one in ledgers
    ]
    return float(prices.dollars(min(units)))


@st.composite
def tiny_jobs(draw: st.DrawFn, overheads: tuple[int, ...]) -> Workload:
    ticks = draw(st.integers(1, 7))
    overhead_s = draw(st.sampled_from([d for d in overheads if d < ticks * 600]))
    return build_workload(
        work_s=draw(st.integers(1, ticks * 600 - overhead_s)),
        deadline_s=ticks * 600 + draw(st.integers(0, 599)),
        overhead_s=overhead_s,
        tick_s=600,
        available=np.array(draw(st.lists(st.booleans(), min_size=ticks, max_size=ticks))),
    )


@settings(max_examples=60, deadline=None)
@given(task=tiny_jobs((0, 72, 180, 360, 588, 600)), on_demand=st.sampled_from([10_000, 30_600]))
def test_the_bound_is_the_best_sequence_of_actions(
    scripted: Callable[..., Any], task: Workload, on_demand: int
) -> None:
    prices = Prices(spot=9731, on_demand=on_demand, tick_s=600)
    assert cheapest(task, prices) == best_by_enumeration(task, prices, scripted)


@settings(max_examples=40, deadline=None)
@given(task=tiny_jobs((7, 601, 720, 1200, 1900)))
def test_no_sequence_beats_the_bound_where_it_is_a_relaxation(
    scripted: Callable[..., Any], prices: Prices, task: Workload
) -> None:
    assert cheapest(task, prices) <= best_by_enumeration(task, prices, scripted)


def test_more_spot_and_more_time_never_cost_more(prices: Prices) -> None:
    rng = np.random.default_rng(3)
    for _ in range(10):
        trace = rng.random(60) < 0.4
        costs = []
        for ticks, up in ((50, trace), (60, trace), (60, trace | (rng.random(60) < 0.3))):
            task = build_workload(
                work_s=40 * 600,
                deadline_s=ticks * 600,
                overhead_s=180,
                tick_s=600,
                available=up[:ticks],
            )
            costs.append(cheapest(task, prices))
        assert costs[0] >= costs[1] >= costs[2]


def test_closed_forms(prices: Prices, job: Callable[..., Workload]) -> None:
    work_s, overhead_s = 40 * 600, 360
    always = job([1] * 60, work_s=work_s, overhead_s=overhead_s)
    never = job([0] * 60, work_s=work_s, overhead_s=overhead_s)
    assert cheapest(always, prices) == pytest.approx(41 * 0.9731 / 6, rel=1e-12)
    assert cheapest(never, prices) == pytest.approx(41 * 3.06 / 6, rel=1e-12)


def test_high_prices_do_not_overflow(job: Callable[..., Workload]) -> None:
    task = job([1, 0] * 40, work_s=30 * 600, overhead_s=72)
    low = Prices(spot=1, on_demand=3, tick_s=600)
    high = Prices(spot=10**8, on_demand=3 * 10**8, tick_s=600)
    assert cheapest(task, high) == pytest.approx(cheapest(task, low) * 1e8, rel=1e-12)
