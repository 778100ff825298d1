import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adrs.catalog.problems import load_problem
from adrs.core.scenario import Split
from adrs.evaluation.splits import scenarios
from adrs.evaluators.eplb import build
from adrs.evaluators.eplb.greedy import greedy, pack, place_layer, replicate
from adrs.evaluators.eplb.scoring import violation
from adrs.evaluators.eplb.simulator import Shape

SMALL = Shape(layers=1, experts=4, slots=6, gpus=2, nodes=2, groups=2)


def test_a_small_layer_by_hand() -> None:
    # Groups weigh 9 and 7: one on each node. Copies: 8 -> 4 + 4; 6 -> 3 + 3.
    assert place_layer([8, 1, 1, 6], SMALL) == [0, 0, 1, 3, 3, 2]


def test_the_heavier_group_takes_the_first_node() -> None:
    # 5 -> 2.5 + 2.5, and of the equal ones the first -> 0.5 + 0.5.
    assert place_layer([1, 1, 5, 2], SMALL) == [2, 2, 3, 1, 0, 0]


def test_groups_that_do_not_spread_evenly_count_as_none() -> None:
    shape = Shape(layers=1, experts=3, slots=4, gpus=2, nodes=2, groups=3)
    # 9 -> 4.5 + 4.5; one copy to each GPU, then 2 and 1.
    assert place_layer([9, 1, 2], shape) == [0, 2, 0, 1]


def test_spare_slots_go_where_the_load_per_copy_is_highest() -> None:
    assert replicate([10, 6, 1], 7) == [4, 2, 1]
    assert replicate([0, 0], 4) == [3, 1]


def test_bins_hold_equally_many() -> None:
    assert pack([5, 4, 3, 2, 1, 0], 3) == [[0, 5], [1, 4], [2, 3]]
    assert pack([9, 1, 1, 1], 2) == [[0, 3], [1, 2]]


@pytest.mark.parametrize("split", [Split.TRAIN, Split.STRESS])
def test_it_decides_as_the_initial_program_of_eplb_does(split: Split) -> None:
    problem = load_problem("eplb")
    evaluator = build(problem.params)
    program: dict[str, object] = {}
    exec(problem.initial.source, program)
    rebalance = program["rebalance"]
    assert callable(rebalance)
    for scenario in scenarios(problem.name, problem.splits[split])[:12]:
        work = evaluator.workload(scenario)
        shape = work.shape
        theirs = rebalance(work.past, shape.slots, shape.gpus, shape.nodes, shape.groups)
        assert greedy(work.past.sum(axis=0), shape).tolist() == theirs


@settings(deadline=None, max_examples=50)
@given(
    per_group=st.integers(1, 4),
    groups_a_node=st.integers(1, 3),
    nodes=st.integers(1, 3),
    gpus_a_node=st.integers(1, 3),
    spare=st.integers(0, 3),
    data=st.data(),
)
def test_its_placements_are_valid(
    per_group: int,
    groups_a_node: int,
    nodes: int,
    gpus_a_node: int,
    spare: int,
    data: st.DataObject,
) -> None:
    experts = per_group * groups_a_node * nodes
    gpus = gpus_a_node * nodes
    slots = (-(-experts // gpus) + spare) * gpus
    shape = Shape(
        layers=2,
        experts=experts,
        slots=slots,
        gpus=gpus,
        nodes=nodes,
        groups=groups_a_node * nodes,
    )
    row = st.lists(st.integers(0, 9), min_size=experts, max_size=experts)
    loads = np.array([data.draw(row), data.draw(row)])
    assert violation(greedy(loads, shape), shape, groups_on_one_node=True) == ""
