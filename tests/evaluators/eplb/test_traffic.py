import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adrs.evaluators.eplb.simulator import Shape
from adrs.evaluators.eplb.traffic import EXPERT_GB, internode_share, moved_gb

SHAPE = Shape(layers=1, experts=3, slots=8, gpus=4, nodes=2, groups=1)


def crossing(row: list[int], loads: list[int], shape: Shape = SHAPE) -> float:
    share: float = internode_share(np.array([row]), np.array([loads]), shape)
    return share


def test_an_expert_on_one_node_serves_the_other_nodes_part_from_afar() -> None:
    assert crossing([0, 0, 1, 1, 2, 2, 2, 2], [5, 3, 2]) == pytest.approx(0.5)


def test_an_expert_with_equal_parts_on_all_nodes_crosses_nothing() -> None:
    assert crossing([0, 0, 1, 1, 0, 2, 0, 2], [7, 0, 0]) == 0.0


def test_replicas_beyond_a_nodes_part_serve_others() -> None:
    # Expert 0: three replicas on node 0, one on node 1, which serves a quarter at home.
    assert crossing([0, 0, 0, 1, 0, 1, 2, 2], [8, 0, 0]) == pytest.approx(0.25)


def test_experts_count_by_their_load() -> None:
    row = [0, 0, 1, 1, 0, 0, 2, 2]
    assert crossing(row, [6, 1, 1]) == pytest.approx(0.5 * 2 / 8)


def test_without_load_or_a_second_node_nothing_crosses() -> None:
    one = Shape(layers=1, experts=3, slots=8, gpus=4, nodes=1, groups=1)
    assert crossing([0, 0, 1, 1, 2, 2, 2, 2], [0, 0, 0]) == 0.0
    assert crossing([0, 0, 1, 1, 2, 2, 2, 2], [5, 3, 2], one) == 0.0


@given(
    row=st.permutations([0, 0, 0, 1, 1, 2, 2, 2]),
    loads=st.lists(st.integers(0, 50), min_size=3, max_size=3),
)
def test_no_more_crosses_than_if_every_expert_were_on_one_node(
    row: list[int], loads: list[int]
) -> None:
    assert 0.0 <= crossing(row, loads) <= 0.5


@given(row=st.permutations([0, 0, 0, 1, 1, 2, 2, 2]))
def test_it_is_the_least_flow_that_a_transport_needs(row: list[int]) -> None:
    # Eight tokens of expert 0, four from each node; what a node's replicas take beyond its own four
    # must come from elsewhere.
    on_first = sum(1 for expert in row[:4] if expert == 0)
    taken = (8 * on_first / 3, 8 * (3 - on_first) / 3)
    beyond = sum(max(0.0, part - 4) for part in taken)
    assert crossing(row, [8, 0, 0]) == pytest.approx(beyond / 8)


def test_a_gpu_fetches_each_expert_that_it_lacks_once() -> None:
    before = np.array([[0, 1, 0, 1, 2, 2, 2, 2]])
    after = np.array([[1, 0, 2, 2, 2, 0, 2, 2]])
    # GPU 0 holds the same, GPU 1 fetches expert 2 (for two slots), GPU 2 fetches expert 0.
    assert moved_gb(after, before, SHAPE) == pytest.approx(2 * EXPERT_GB)
    assert moved_gb(before, before, SHAPE) == 0.0


def test_layers_have_weights_of_their_own() -> None:
    shape = Shape(layers=2, experts=2, slots=2, gpus=2, nodes=1, groups=1)
    before = np.array([[0, 1], [1, 0]])
    after = np.array([[1, 0], [1, 0]])
    assert moved_gb(after, before, shape) == pytest.approx(2 * EXPERT_GB)


def test_an_expert_has_the_size_of_deepseek_v3s() -> None:
    assert pytest.approx(0.044, abs=0.001) == EXPERT_GB
