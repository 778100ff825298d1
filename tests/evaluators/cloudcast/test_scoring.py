from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np
import pytest

from adrs.evaluators.cloudcast.scoring import score, violation
from adrs.evaluators.cloudcast.simulator import Broadcast, Network, Workload

PRICE = np.full((5, 5), 0.10)
RATE = np.full((5, 5), 10.0)
GOOD = np.array([[-1, 0, 3, 0, -1], [-1, 0, 1, -1, -1]])


@pytest.fixture
def task(network: Callable[..., Network]) -> Broadcast:
    rate = RATE.copy()
    rate[1, 3] = 0.0
    return Broadcast(
        network=network(PRICE, rate, vm_price=3600.0),
        source=0,
        destinations=(1, 2),
        volume_gb=20.0,
        stripes=2,
    )


@pytest.fixture
def workload(task: Broadcast) -> Workload:
    return Workload(task=task, deadline_s=20, steiner_usd=2.0)


def test_a_valid_plan_gets_a_value_and_every_metric(workload: Workload) -> None:
    outcome = score(GOOD, workload)
    # Five links of 10 GB; the source's link to 1 carries 20 GB, 16 s; four regions at 1 $/s.
    expected: Mapping[str, float] = {
        "egress_usd": 5 * 10 * 0.10,
        "machines_usd": 4 * 16.0,
        "deadline_used": 16 / 20,
        "over_steiner": 5.0 / 2.0,
        "relays": 1.0,
        "trees": 2.0,
    }
    assert outcome.violation == ""
    assert outcome.value == pytest.approx(5.0 + 64.0, rel=1e-15)
    assert outcome.metrics == pytest.approx(expected, rel=1e-15)


def test_a_free_optimum_divides_nothing(task: Broadcast) -> None:
    outcome = score(GOOD, Workload(task=task, deadline_s=20, steiner_usd=0.0))
    assert outcome.metrics["over_steiner"] == 1.0


def test_a_plan_that_is_late_is_a_violation_that_says_by_how_much(task: Broadcast) -> None:
    outcome = score(GOOD, Workload(task=task, deadline_s=10, steiner_usd=2.0))
    assert outcome.value is None
    assert outcome.violation == "the deadline is missed: the plan takes 1.6 times as long"


@pytest.mark.parametrize(("late", "valid"), [(1e-12, True), (1e-8, False)])
def test_a_plan_may_be_late_by_rounding_alone(task: Broadcast, late: float, valid: bool) -> None:
    longer = replace(task, volume_gb=task.volume_gb * (1.0 + late))
    outcome = score(GOOD, Workload(task=longer, deadline_s=16, steiner_usd=2.0))
    assert (outcome.violation == "") is valid


def test_a_plan_may_end_at_the_deadline(task: Broadcast) -> None:
    assert score(GOOD, Workload(task=task, deadline_s=16, steiner_usd=2.0)).violation == ""


@pytest.mark.parametrize(
    ("stripe", "region", "parent", "says"),
    [
        (0, 4, 5, "stripe 0: a parent is not in -1 to 4"),
        (1, 4, -2, "stripe 1: a parent is not in -1 to 4"),
        (1, 3, 2**62, "stripe 1: a parent is not in -1 to 4"),
        (1, 0, 1, "stripe 1: the source has a parent"),
        (1, 2, -1, "stripe 1: a destination has no parent, so it does not get the stripe"),
        (0, 3, 1, "stripe 0: there is no link from a parent to its child"),
        (0, 1, 1, "stripe 0: there is no link from a parent to its child"),
        (0, 3, 2, "stripe 0: a region in the tree cannot be reached"),
        (1, 2, 4, "stripe 1: a region in the tree cannot be reached"),
        (1, 3, 4, "stripe 1: a region in the tree cannot be reached"),
    ],
)
def test_a_broken_rule_is_named_with_its_stripe_and_no_region(
    stripe: int, region: int, parent: int, says: str, workload: Workload
) -> None:
    trees = GOOD.copy()
    trees[stripe, region] = parent
    outcome = score(trees, workload)
    assert outcome.value is None
    assert not outcome.metrics
    assert outcome.violation.startswith(says)


@pytest.mark.parametrize("shape", [(1, 5), (3, 5), (2, 4), (2, 6), (5, 2), (0, 0)])
def test_another_shape_is_a_violation(shape: tuple[int, int], task: Broadcast) -> None:
    says = violation(np.full(shape, -1), task)
    assert "expected [stripes, regions] = (2, 5)" in says


def test_long_chains_and_long_loops_are_told_apart(network: Callable[..., Network]) -> None:
    regions = 37
    job = Broadcast(
        network=network(np.ones((regions, regions)), np.ones((regions, regions))),
        source=0,
        destinations=(regions - 1,),
        volume_gb=1.0,
        stripes=1,
    )
    chain = np.arange(-1, regions - 1)[None]
    assert violation(chain, job) == ""
    loop = chain.copy()
    loop[0, 1] = regions - 1
    assert "cannot be reached from the source" in violation(loop, job)
