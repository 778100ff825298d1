import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from adrs.evaluators.eplb.bounds import balancedness_bound, least_peaks, least_replica
from adrs.evaluators.eplb.scoring import violation
from adrs.evaluators.eplb.simulator import Shape, balancedness, gpu_loads

TINY = [
    Shape(layers=1, experts=3, slots=4, gpus=2, nodes=1, groups=1),
    Shape(layers=1, experts=3, slots=6, gpus=3, nodes=1, groups=1),
    Shape(layers=1, experts=4, slots=4, gpus=2, nodes=2, groups=2),
    Shape(layers=1, experts=2, slots=4, gpus=4, nodes=2, groups=2),
    Shape(layers=1, experts=2, slots=6, gpus=2, nodes=2, groups=2),
]


def best_by_enumeration(
    load: NDArray[np.int64], shape: Shape, *, groups_on_one_node: bool
) -> float:
    best = 0.0
    for slots in itertools.product(range(shape.experts), repeat=shape.slots):
        placement = np.array([slots])
        if not violation(placement, shape, groups_on_one_node=groups_on_one_node):
            best = max(best, balancedness(gpu_loads(placement, load, shape)))
    return best


@pytest.mark.parametrize("groups_on_one_node", [False, True])
@pytest.mark.parametrize("shape", TINY)
def test_no_placement_is_better_than_the_bound(shape: Shape, groups_on_one_node: bool) -> None:
    rng = np.random.default_rng(5)
    for _ in range(3):
        load = np.exp(2 * rng.standard_normal((1, shape.experts))) * 100
        load = load.astype(np.int64)
        bound = balancedness_bound(load, shape, groups_on_one_node=groups_on_one_node)
        best = best_by_enumeration(load, shape, groups_on_one_node=groups_on_one_node)
        assert 0.0 < best <= bound + 1e-12


@pytest.mark.parametrize("load", [[90, 5, 5], [40, 30, 30], [1, 0, 0], [7, 7, 7]])
def test_least_replica_is_the_optimum_over_all_counts(load: list[int]) -> None:
    for slots in range(3, 9):
        counts = itertools.product(range(1, slots), repeat=3)
        best = min(
            max(w / c for w, c in zip(load, count, strict=True))
            for count in counts
            if sum(count) == slots
        )
        assert least_replica(np.array([load]), slots)[0] == pytest.approx(best, rel=1e-12)


def test_the_bound_is_reached_where_one_expert_has_all_the_load() -> None:
    shape = Shape(layers=1, experts=3, slots=4, gpus=4, nodes=1, groups=1)
    load = np.array([[100, 0, 0]])
    assert balancedness_bound(load, shape, groups_on_one_node=False) == 0.5
    assert best_by_enumeration(load, shape, groups_on_one_node=False) == 0.5


def test_a_group_that_must_stay_on_a_node_lowers_the_bound() -> None:
    shape = Shape(layers=1, experts=4, slots=8, gpus=4, nodes=2, groups=2)
    load = np.array([[40, 40, 10, 10]])
    assert balancedness_bound(load, shape, groups_on_one_node=False) == 1.0
    assert balancedness_bound(load, shape, groups_on_one_node=True) == pytest.approx(25 / 40)


def test_layers_add_up_before_the_division() -> None:
    shape = Shape(layers=2, experts=2, slots=2, gpus=2, nodes=1, groups=1)
    load = np.array([[3, 1], [5, 5]])
    assert least_peaks(load, shape, groups_on_one_node=False).tolist() == [3.0, 5.0]
    assert balancedness_bound(load, shape, groups_on_one_node=False) == pytest.approx(7 / 8)


def test_without_load_the_bound_is_one() -> None:
    shape = TINY[0]
    assert balancedness_bound(np.zeros((1, 3), np.int64), shape, groups_on_one_node=False) == 1.0


@settings(max_examples=60)
@given(st.integers(0, 2**32), st.integers(0, 8), st.floats(0.0, 3.0))
def test_random_placements_stay_below_the_bound(seed: int, spare: int, skew: float) -> None:
    shape = Shape(layers=3, experts=16, slots=16 + 4 * spare, gpus=4, nodes=2, groups=2)
    rng = np.random.default_rng(seed)
    load = (100 * np.exp(skew * rng.standard_normal((3, 16)))).astype(np.int64)
    extra = np.argsort(-load, axis=1)[:, np.arange(4 * spare) % 16]
    base = np.tile(np.arange(16), (3, 1))
    placement = rng.permuted(np.concatenate([base, extra], axis=1), axis=1)
    value = balancedness(gpu_loads(placement, load, shape))
    assert value <= balancedness_bound(load, shape, groups_on_one_node=False) + 1e-12
