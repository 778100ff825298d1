import itertools
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adrs.evaluators.spot_regions.bounds import cheapest
from adrs.evaluators.spot_regions.generator import Workload
from adrs.evaluators.spot_regions.scoring import UNITS_PER_DOLLAR, dollars
from adrs.evaluators.spot_regions.simulator import simulate


def best_by_enumeration(task: Workload, scripted: Callable[..., Any]) -> float:
    """The least cost over every sequence of actions, played by the simulator."""
    scripts = np.array(list(itertools.product(range(2 + task.zones), repeat=task.ticks)))
    ledgers = simulate([task] * len(scripts), scripted(scripts))
    least: float = dollars(min(ledger.units for ledger in ledgers))
    return least


@st.composite
def tiny_jobs(draw: st.DrawFn, overheads: tuple[int, ...], copies: tuple[int, ...]) -> Workload:
    zones = draw(st.integers(1, 3))
    ticks = draw(st.integers(1, {1: 6, 2: 5, 3: 5}[zones]))
    overhead_s = draw(st.sampled_from([d for d in overheads if d < ticks * 600]))
    rows = st.lists(st.booleans(), min_size=zones, max_size=zones)
    return Workload(
        work_s=draw(st.integers(1, ticks * 600 - overhead_s)),
        deadline_s=ticks * 600 + draw(st.integers(0, 599)),
        overhead_s=overhead_s,
        tick_s=600,
        move_s=draw(st.sampled_from(copies)),
        move_units=draw(st.sampled_from([0, UNITS_PER_DOLLAR // 20, UNITS_PER_DOLLAR])),
        on_demand=draw(st.sampled_from([10_000, 30_600])),
        prices=tuple(draw(st.sampled_from([9_180, 15_500, 40_000])) for _ in range(zones)),
        regions=((0, 0, 0), (0, 0, 1), (0, 1, 0), (0, 1, 2))[draw(st.integers(0, 3))][:zones],
        available=np.array(draw(st.lists(rows, min_size=ticks, max_size=ticks))),
    )


@settings(max_examples=60, deadline=None)
@given(task=tiny_jobs((0, 60, 180, 360), (0, 120, 240)))
def test_the_bound_is_the_best_sequence_of_actions(
    scripted: Callable[..., Any], task: Workload
) -> None:
    assert cheapest(task) == best_by_enumeration(task, scripted)


@settings(max_examples=80, deadline=None)
@given(task=tiny_jobs((7, 180, 540, 601, 720, 1200), (13, 480, 600, 1300)))
def test_no_sequence_beats_the_bound_where_it_is_a_relaxation(
    scripted: Callable[..., Any], task: Workload
) -> None:
    assert cheapest(task) <= best_by_enumeration(task, scripted)


def test_giving_up_a_launch_to_bring_the_data_home_is_no_way_past_the_bound(
    scripted: Callable[..., Any], job: Callable[..., Workload]
) -> None:
    """A copy of several ticks, cut short by a second launch where the data then is."""
    task = job(
        [0] * 5, [1, 1, 1, 1, 1], [0, 1, 1, 1, 1], work_s=1200, overhead_s=60, move_s=1500,
        regions=(0, 1, 1),
    )  # fmt: skip
    assert cheapest(task) <= best_by_enumeration(task, scripted)


def test_more_spot_more_time_and_cheaper_moves_never_cost_more() -> None:
    rng = np.random.default_rng(3)
    for _ in range(10):
        trace = rng.random((60, 3)) < 0.3
        more = trace | (rng.random((60, 3)) < 0.3)
        costs = [
            cheapest(
                Workload(
                    work_s=40 * 600,
                    deadline_s=ticks * 600,
                    overhead_s=180,
                    tick_s=600,
                    move_s=move_s,
                    move_units=move_units,
                    on_demand=30_600,
                    prices=(16_000, 12_000, 9_500),
                    regions=(0, 0, 1),
                    available=up[:ticks],
                )
            )
            for ticks, up, move_s, move_units in (
                (50, trace, 240, UNITS_PER_DOLLAR),
                (60, trace, 240, UNITS_PER_DOLLAR),
                (60, more, 240, UNITS_PER_DOLLAR),
                (60, more, 60, UNITS_PER_DOLLAR // 2),
            )
        ]
        assert costs == sorted(costs, reverse=True)


def test_closed_forms(job: Callable[..., Workload]) -> None:
    common = {"work_s": 40 * 600, "overhead_s": 360, "prices": (15_500, 9_180)}
    always, never = [1] * 60, [0] * 60
    stay = job(always, never, **common)
    move = job(never, always, **common, move_s=200, move_units=2 * UNITS_PER_DOLLAR)
    wait = job(never, never, **common)
    assert cheapest(stay) == pytest.approx(41 * 1.55 / 6, rel=1e-12)
    assert cheapest(move) == pytest.approx(41 * 0.918 / 6 + 2, rel=1e-12)
    assert cheapest(wait) == pytest.approx(41 * 3.06 / 6, rel=1e-12)
