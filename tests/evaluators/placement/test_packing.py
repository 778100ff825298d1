from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from adrs.evaluators.placement.packing import balanced, best_fit
from adrs.evaluators.placement.simulator import Fleet, Workload, pressures, used_gb

FLEET = Fleet(gpus=2, gpu_gb=10.0, min_kv_gb=1.0, move_cost=0.0)


def test_best_fit_takes_the_fullest_gpu_that_has_room() -> None:
    placement = best_fit(np.array([6.0, 5.0, 3.0]), np.zeros(3), FLEET)
    assert placement is not None
    assert placement.tolist() == [0, 1, 0]


def test_memory_for_the_cache_is_kept_free() -> None:
    assert best_fit(np.array([9.0, 9.0]), np.zeros(2), FLEET) is not None
    assert best_fit(np.array([9.5]), np.zeros(1), FLEET) is None
    assert balanced(np.array([5.0, 5.0, 5.0]), np.ones(3), FLEET) is None


def test_models_without_demand_are_packed_by_memory() -> None:
    assert balanced(np.array([5.0, 5.0]), np.zeros(2), FLEET) is not None


@pytest.mark.parametrize("limit", [1.5, 2.5, 5.0])
def test_no_gpu_exceeds_the_pressure_that_was_asked_for(limit: float) -> None:
    sizes, demand = np.array([2.0, 3.0, 1.0, 2.0]), np.array([5.0, 4.0, 3.0, 1.0])
    placement = best_fit(sizes, demand, FLEET, pressure=limit)
    assert placement is not None
    load = np.bincount(placement, weights=demand, minlength=2)
    used = np.bincount(placement, weights=sizes, minlength=2)
    assert (load / (10.0 - used)).max() <= limit
    # All demand over all memory that weights leave is 13 / 12.
    assert best_fit(sizes, demand, FLEET, pressure=13 / 12 - 0.01) is None


def test_balanced_beats_packing_by_memory_and_is_valid(
    random_instance: Callable[..., Workload],
) -> None:
    better = 0
    for seed in range(30):
        workload = replace(random_instance(seed, placed=False), slos_s=np.full(6, 2.0))
        demand = workload.future / 2.0
        by_memory = best_fit(workload.sizes_gb, demand, workload.fleet)
        found = balanced(workload.sizes_gb, demand, workload.fleet)
        assert (by_memory is None) == (found is None)
        if found is None or by_memory is None:
            continue
        assert used_gb(found, workload).max() <= workload.fleet.weights_gb
        pair = [pressures(p, workload.future, workload).max() for p in (found, by_memory)]
        assert pair[0] <= pair[1]
        better += pair[0] < pair[1]
    assert better > 15
