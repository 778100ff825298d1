from dataclasses import replace

import numpy as np
import pytest

from adrs.evaluation.protocol import Outcome
from adrs.evaluators.eplb.scoring import check_balance, score, violation
from adrs.evaluators.eplb.simulator import Shape, Workload
from adrs.evaluators.eplb.traffic import EXPERT_GB
from adrs.sandbox.protocol import PolicyFailed

SHAPE = Shape(layers=2, experts=4, slots=6, gpus=2, nodes=2, groups=2)
GOOD = np.array([[0, 1, 0, 2, 3, 2], [0, 1, 1, 2, 3, 3]])
WORKLOAD = Workload(
    shape=SHAPE,
    past=np.array([[[8, 1, 2, 3], [1, 1, 1, 1]], [[0, 1, 2, 1], [3, 3, 3, 3]]]),
    future=np.array([[8, 2, 4, 2], [2, 2, 2, 6]]),
    current=np.array([[0, 1, 0, 2, 3, 2], [0, 2, 1, 1, 3, 3]]),
)


def test_a_valid_placement_gets_a_value_and_every_metric() -> None:
    outcome = score(GOOD, WORKLOAD, groups_on_one_node=True)
    # Layer 0: GPUs 8+2=10 and 4+2=6; layer 1: 4 and 8.
    assert outcome.violation == ""
    assert outcome.value == pytest.approx((8 + 6) / (10 + 8), rel=1e-15)
    assert outcome.metrics == pytest.approx(
        {
            "worst_layer": 6 / 8,
            "layer_mean": (8 / 10 + 6 / 8) / 2,
            "in_sample": (9 + 8) / (10 + 8),
            "nodes_per_group": 1.0,
            "internode_share": 0.5,  # every expert is on one node only
            "moved_gb": EXPERT_GB,  # in layer 1, expert 2 came to GPU 1
        },
        rel=1e-15,
    )


def test_the_past_does_not_touch_the_value() -> None:
    other = replace(WORKLOAD, past=WORKLOAD.past * 0)
    assert (
        score(GOOD, other, groups_on_one_node=False).value
        == score(GOOD, WORKLOAD, groups_on_one_node=False).value
    )


@pytest.mark.parametrize(
    ("layer", "slot", "expert", "says"),
    [
        (0, 1, 4, "layer 0, slot 1: expert 4, expected 0 to 3"),
        (1, 5, -1, "layer 1, slot 5: expert -1"),
        (1, 0, 2**62, "layer 1, slot 0: expert"),
        (1, 3, 1, "layer 1: expert 2 has no slot"),
    ],
)
def test_wrong_ids_are_violations_without_a_value(
    layer: int, slot: int, expert: int, says: str
) -> None:
    placement = GOOD.copy()
    placement[layer, slot] = expert
    outcome = score(placement, WORKLOAD, groups_on_one_node=False)
    assert outcome.value is None
    assert not outcome.metrics
    assert says in outcome.violation


def test_an_expert_without_load_needs_a_slot_too() -> None:
    idle = replace(WORKLOAD, future=WORKLOAD.future * [1, 1, 0, 1])
    placement = np.where(GOOD == 2, 3, GOOD)
    assert "expert 2 has no slot" in score(placement, idle, groups_on_one_node=False).violation


@pytest.mark.parametrize("shape", [(2, 5), (2, 7), (1, 6), (3, 6), (6, 2), (0, 0)])
def test_another_shape_is_a_violation(shape: tuple[int, int]) -> None:
    says = violation(np.zeros(shape, np.int64), SHAPE, groups_on_one_node=False)
    assert "expected [layers, slots] = (2, 6)" in says


def test_a_group_on_two_nodes_is_a_violation_only_where_asked() -> None:
    split = np.array([[0, 1, 2, 0, 3, 2], [0, 1, 1, 2, 3, 3]])
    assert violation(split, SHAPE, groups_on_one_node=False) == ""
    says = violation(split, SHAPE, groups_on_one_node=True)
    assert says == "layer 0: group 0 is on more than one node"
    assert violation(GOOD, SHAPE, groups_on_one_node=True) == ""


def test_groups_that_do_not_divide_over_nodes_may_be_split() -> None:
    shape = Shape(layers=1, experts=3, slots=4, gpus=2, nodes=2, groups=3)
    placement = np.array([[0, 1, 0, 2]])
    assert violation(placement, shape, groups_on_one_node=True) == ""


@pytest.mark.parametrize(("reached", "worse"), [(0.7, False), (0.6991, False), (0.6989, True)])
def test_the_mean_balance_is_compared_but_for_ties(reached: float, *, worse: bool) -> None:
    workloads = [replace(WORKLOAD, yardstick=each) for each in (0.6, 0.8)]
    outcomes = [Outcome(value=each) for each in (reached + 0.2, reached - 0.2)]
    if worse:
        with pytest.raises(PolicyFailed, match=r"0\.6989 on average, worse .* greedy's 0\.7000"):
            check_balance(outcomes, workloads)
    else:
        check_balance(outcomes, workloads)
