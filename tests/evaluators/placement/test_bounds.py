import itertools
from collections.abc import Callable, Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from adrs.evaluators.placement.bounds import pressure_bound
from adrs.evaluators.placement.generator import Law, Traffic, generate
from adrs.evaluators.placement.packing import balanced
from adrs.evaluators.placement.relaxation import excluded, items_of, least_pressure
from adrs.evaluators.placement.scoring import violation
from adrs.evaluators.placement.simulator import Fleet, Workload, demands, pressures

Make = Callable[..., Workload]


def placements(workload: Workload) -> Iterator[NDArray[np.int64]]:
    for gpus in itertools.product(range(workload.fleet.gpus), repeat=workload.models):
        placement = np.array(gpus)
        if not violation(placement, workload):
            yield placement


def best_by_enumeration(workload: Workload) -> float:
    return min(float(pressures(p, workload.future, workload).max()) for p in placements(workload))


@pytest.mark.parametrize("move_cost", [0.0, 0.02, 0.3])
@pytest.mark.parametrize("seed", range(12))
def test_the_bound_of_a_small_instance_is_its_optimum(
    random_instance: Make, seed: int, move_cost: float
) -> None:
    workload = random_instance(seed, move_cost=move_cost)
    best = best_by_enumeration(workload)
    bound = pressure_bound(workload)
    assert bound.exact
    assert bound.value == pytest.approx(best, rel=1e-12)
    assert 0.0 < least_pressure(items_of(workload)) <= best * (1 + 1e-12)


@pytest.mark.parametrize("seed", range(6))
def test_models_that_have_no_gpu_yet_may_go_anywhere(random_instance: Make, seed: int) -> None:
    workload = random_instance(seed, models=5, move_cost=0.3, placed=False)
    assert pressure_bound(workload).value == pytest.approx(best_by_enumeration(workload), rel=1e-12)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32), st.floats(0.3, 3.0), st.floats(0.0, 0.5))
def test_no_pressure_that_some_placement_keeps_is_excluded(
    random_instance: Make, seed: int, factor: float, move_cost: float
) -> None:
    workload = random_instance(seed, models=5, gpus=2, move_cost=move_cost)
    best = best_by_enumeration(workload)
    if excluded(items_of(workload), best * factor):
        assert factor < 1.0


def test_whole_items_are_counted(make: Make) -> None:
    # Divided, the three would fill two GPUs; whole, two of them share one.
    workload = make([4, 4, 4], [2, 2, 2], [0, 1, 1])
    assert least_pressure(items_of(workload)) == pytest.approx(4 / 2, rel=1e-5)
    assert pressure_bound(workload).value == best_by_enumeration(workload) == 2.0


def test_moves_raise_the_relaxation(make: Make) -> None:
    values = []
    for move_cost in (0.0, 0.1, 0.3):
        workload = make(
            [1] * 8, [5, 6, 5, 6, 5, 1, 1, 1], [0] * 7 + [1], gpus=2, move_cost=move_cost
        )
        values.append(least_pressure(items_of(workload)))
        assert values[-1] <= pressure_bound(workload).value == best_by_enumeration(workload)
    assert values == sorted(set(values))


def test_a_model_alone_on_a_gpu_has_its_own_pressure(make: Make) -> None:
    workload = make([8, 1, 1], [30, 1, 1], [0, 1, 1])
    assert pressure_bound(workload).value == 15.0


def test_without_demand_the_bound_is_zero(make: Make) -> None:
    bound = pressure_bound(make([2, 3], [0, 0], [0, 1]))
    assert (bound.value, bound.exact) == (0.0, True)


@pytest.mark.parametrize("fill", [0.8, 0.88])
def test_large_instances_have_a_relaxation_that_is_not_far_below_what_can_be_had(
    fill: float,
) -> None:
    fleet = Fleet(gpus=8, gpu_gb=80.0, min_kv_gb=1.0, move_cost=0.0)
    traffic = Traffic(
        models=30, fill=fill, law=Law.ZIPF, skew=0.7, drift=0.2, persistence=0.8, burst=1.0,
        windows=2, pressure=0.04,
    )  # fmt: skip
    ratios = []
    for seed in range(6):
        workload = generate(fleet, traffic, seed)
        bound = pressure_bound(workload)
        assert not bound.exact
        placement = balanced(workload.sizes_gb, demands(workload.future, workload), fleet)
        assert placement is not None
        found = float(pressures(placement, workload.future, workload).max())
        assert bound.value <= found
        ratios.append(found / bound.value)
    assert float(np.mean(ratios)) < 1.25


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32), st.integers(0, 2**32))
def test_random_placements_are_not_below_the_relaxation(
    random_instance: Make, seed: int, other: int
) -> None:
    workload = random_instance(seed, models=24, gpus=6)
    bound = pressure_bound(workload).value
    rng = np.random.default_rng(other)
    placement = workload.current.copy()
    for model, gpu in zip(rng.integers(24, size=60), rng.integers(6, size=60), strict=True):
        changed = placement.copy()
        changed[model] = gpu
        if not violation(changed, workload):
            placement = changed
    assert pressures(placement, workload.future, workload).max() >= bound * (1 - 1e-12)
