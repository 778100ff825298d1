import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adrs.evaluators.eplb.simulator import (
    Shape,
    balancedness,
    gpu_loads,
    layer_balancedness,
    nodes_per_group,
)

TWO_GPUS = Shape(layers=1, experts=3, slots=4, gpus=2, nodes=2, groups=1)


def test_replicas_share_an_experts_load_evenly() -> None:
    loads = gpu_loads(np.array([[0, 1, 0, 2]]), np.array([[10, 3, 4]]), TWO_GPUS)
    assert loads.tolist() == [[8.0, 9.0]]


def test_two_replicas_on_one_gpu_count_as_two() -> None:
    loads = gpu_loads(np.array([[0, 0, 1, 2]]), np.array([[10, 3, 4]]), TWO_GPUS)
    assert loads.tolist() == [[10.0, 7.0]]


def test_layers_do_not_mix() -> None:
    shape = Shape(layers=2, experts=2, slots=2, gpus=2, nodes=1, groups=1)
    loads = gpu_loads(np.array([[0, 1], [1, 0]]), np.array([[1, 2], [30, 40]]), shape)
    assert loads.tolist() == [[1.0, 2.0], [40.0, 30.0]]


@given(st.integers(0, 2**32), st.integers(1, 3), st.integers(0, 6), st.integers(1, 4))
def test_every_token_is_on_some_gpu(seed: int, layers: int, spare: int, gpus: int) -> None:
    experts = gpus * 3
    shape = Shape(
        layers=layers, experts=experts, slots=experts + spare * gpus, gpus=gpus, nodes=1, groups=1
    )
    rng = np.random.default_rng(seed)
    placement = np.array(
        [
            rng.permutation(np.concatenate([np.arange(experts), rng.integers(0, experts, extra)]))
            for extra in [shape.slots - experts] * layers
        ]
    )
    load = rng.integers(0, 10_000, (layers, experts))
    np.testing.assert_allclose(
        gpu_loads(placement, load, shape).sum(axis=1), load.sum(axis=1), rtol=1e-12
    )


def test_balancedness_sums_over_layers_before_it_divides() -> None:
    loads = np.array([[1.0, 3.0], [10.0, 10.0]])
    assert balancedness(loads) == pytest.approx((2 + 10) / (3 + 10), rel=1e-15)
    assert layer_balancedness(loads).tolist() == pytest.approx([2 / 3, 1.0], rel=1e-15)


def test_a_model_without_load_is_balanced() -> None:
    assert balancedness(np.zeros((2, 4))) == 1.0
    assert layer_balancedness(np.array([[0.0, 0.0], [0.0, 2.0]])).tolist() == [1.0, 0.5]


def test_nodes_per_group_counts_nodes_not_replicas() -> None:
    shape = Shape(layers=1, experts=4, slots=8, gpus=4, nodes=2, groups=2)
    together = np.array([[0, 1, 0, 1, 2, 3, 2, 3]])
    apart = np.array([[0, 1, 0, 2, 2, 3, 2, 1]])
    assert nodes_per_group(together, shape).tolist() == [[1, 1]]
    assert nodes_per_group(apart, shape).tolist() == [[2, 2]]


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("slots", 2, "cannot hold"),
        ("slots", 5, "multiple of gpus"),
        ("gpus", 0, "at least 1"),
        ("nodes", 4, "multiple of nodes"),
        ("groups", 2, "multiple of groups"),
    ],
)
def test_sizes_that_do_not_fit_are_refused(field: str, value: int, says: str) -> None:
    sizes = {"layers": 1, "experts": 3, "slots": 4, "gpus": 2, "nodes": 2, "groups": 1}
    with pytest.raises(ValueError, match=says):
        Shape(**{**sizes, field: value})
