from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from adrs.evaluators.placement.simulator import Workload, moved, pressures, used_gb

Make = Callable[..., Workload]


def test_pressure_is_demand_over_the_memory_that_weights_leave(make: Make) -> None:
    workload = make([2, 3, 4], [6, 4, 9], [0, 0, 1])
    placement = np.array([0, 0, 1])
    assert used_gb(placement, workload).tolist() == [5.0, 4.0]
    assert pressures(placement, workload.future, workload).tolist() == [10 / 5, 9 / 6]


def test_demand_is_rate_over_objective(make: Make) -> None:
    workload = replace(make([2, 3], [6, 4], [0, 1]), slos_s=np.array([3.0, 0.5]))
    values = pressures(np.array([0, 1]), workload.future, workload)
    assert values.tolist() == [2 / 8, 8 / 7]


def test_a_moved_model_counts_more_by_its_size(make: Make) -> None:
    workload = make([2, 3, 4], [6, 4, 9], [0, 0, 1], move_cost=0.1)
    values = pressures(np.array([1, 0, 1]), workload.future, workload)
    assert values == pytest.approx([4 / 7, (6 * 1.2 + 9) / 4], rel=1e-15)


def test_a_model_without_a_gpu_is_loaded_for_nothing(make: Make) -> None:
    workload = make([2, 3], [6, 4], [-1, 1], move_cost=0.1)
    assert moved(np.array([1, 0]), workload).tolist() == [False, True]
    values = pressures(np.array([0, 1]), workload.future, workload)
    assert values.tolist() == [6 / 8, 4 / 7]


def test_an_empty_gpu_has_no_pressure(make: Make) -> None:
    workload = make([2], [6], [1], gpus=3)
    assert pressures(np.array([1]), workload.future, workload).tolist() == [0.0, 0.75, 0.0]
