"""The bound against everything that can be done on small instances, and where it is exact."""

import itertools
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from adrs.core.scenario import Scalar, Scenario, Split
from adrs.evaluators.cloudcast import build
from adrs.evaluators.cloudcast.bounds import cost_bound
from adrs.evaluators.cloudcast.fastest import fast_trees
from adrs.evaluators.cloudcast.generator import with_deadline
from adrs.evaluators.cloudcast.scoring import score, violation
from adrs.evaluators.cloudcast.simulator import Broadcast, Network, Workload

MakeTask = Callable[..., Broadcast]


def every_tree(task: Broadcast) -> list[np.ndarray]:
    """All trees that reach every destination, useless relays left out where they are leaves."""
    regions = task.network.regions
    alone = Broadcast(
        network=task.network,
        source=task.source,
        destinations=task.destinations,
        volume_gb=1.0,
        stripes=1,
    )
    found = []
    for parents in itertools.product(range(-1, regions), repeat=regions - 1):
        tree = np.array([[-1, *parents]])
        if not violation(tree, alone):
            found.append(tree[0])
    return found


def every_value(workload: Workload) -> Iterator[float]:
    """The cost of every plan that keeps the deadline; the order of stripes does not matter."""
    trees = every_tree(workload.task)
    for plan in itertools.combinations_with_replacement(trees, workload.task.stripes):
        outcome = score(np.array(plan), workload)
        if outcome.value is not None:
            yield outcome.value


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("slack", [1.0, 1.3])
@pytest.mark.parametrize("vm_price", [0.0, 40.0])
def test_no_plan_is_cheaper_than_the_bound(
    seed: int, slack: float, vm_price: float, random_task: MakeTask
) -> None:
    task = random_task(np.random.default_rng(seed), 4, 2, 3, vm_price)
    workload = with_deadline(task, slack)
    best = min(every_value(workload))
    bound = cost_bound(workload)
    assert workload.steiner_usd <= bound + 1e-9
    assert 0.5 * best < bound <= best + 1e-9


def test_with_three_destinations_too(random_task: MakeTask) -> None:
    workload = with_deadline(random_task(np.random.default_rng(3), 4, 3, 4, 10.0), 1.0)
    assert cost_bound(workload) <= min(every_value(workload)) + 1e-9


@pytest.mark.parametrize("seed", range(6))
def test_without_deadline_and_machines_the_bound_is_the_steiner_tree(
    seed: int, random_task: MakeTask
) -> None:
    workload = with_deadline(random_task(np.random.default_rng(seed), 9, 4, 5), 1000.0)
    assert cost_bound(workload) == pytest.approx(workload.steiner_usd, rel=1e-12)


def test_the_bound_is_reached_where_a_hub_can_serve_only_half(
    network: Callable[..., Network],
) -> None:
    """Two destinations, a cheap relay that half fits through: both trees are needed, half each."""
    price = np.full((4, 4), 0.5)
    price[0, 3], price[3, 1], price[3, 2] = 0.01, 0.01, 0.01
    rate = np.full((4, 4), 100.0)
    task = Broadcast(
        network=network(price, rate, egress=[16.0, 8.0, 8.0, 8.0]),
        source=0,
        destinations=(1, 2),
        volume_gb=10.0,
        stripes=2,
    )
    workload = Workload(task=task, deadline_s=10, steiner_usd=0.3)
    # The relay sends one copy of 10 GB in 10 s, so half of the data reaches both through it.
    hub, direct = [-1, 3, 3, 0], [-1, 0, 1, -1]
    outcome = score(np.array([hub, direct]), workload)
    assert outcome.value == pytest.approx(0.5 * 0.3 + 0.5 * 10.0, rel=1e-12)
    mixed = score(np.array([[-1, 3, 0, 0], [-1, 0, 3, 0]]), workload)
    assert mixed.value == pytest.approx(0.1 + 0.1 + 5.0, rel=1e-12)
    assert cost_bound(workload) == pytest.approx(5.15, rel=1e-6)


def test_a_shorter_deadline_never_lowers_the_bound(random_task: MakeTask) -> None:
    task = random_task(np.random.default_rng(9), 10, 5, 8, 5.0)
    bounds = [cost_bound(with_deadline(task, slack)) for slack in (4.0, 2.0, 1.5, 1.2, 1.0)]
    assert all(a <= b * (1.0 + 1e-7) for a, b in itertools.pairwise(bounds))
    assert bounds[-1] > 1.4 * bounds[0]


def test_nothing_to_send_costs_nothing(random_task: MakeTask) -> None:
    task = random_task(np.random.default_rng(1), 4, 2, 2, 5.0)
    empty = Broadcast(network=task.network, source=0, destinations=(1, 2), volume_gb=0.0, stripes=2)
    workload = with_deadline(empty, 1.0)
    assert cost_bound(workload) == 0.0
    assert score(fast_trees(empty), workload).value == 0.0


def test_machines_count_for_the_least_time(random_task: MakeTask) -> None:
    """Source and destinations run at least until the data has left the source."""
    free, paid = (random_task(np.random.default_rng(2), 5, 2, 4, vm) for vm in (0.0, 36.0))
    least_s = 480.0 / max(paid.network.egress[0], 1.0)
    extra = cost_bound(with_deadline(paid, 3.0)) - cost_bound(with_deadline(free, 3.0))
    assert extra >= 3 * 36.0 / 3600 * least_s - 1e-9


CHOICES: dict[str, Scalar] = {
    "regions": 16,
    "destinations": 5,
    "jitter": 0.3,
    "volume_gb": 300.0,
    "stripes": 10,
}


@pytest.mark.parametrize("cloud", ["aws", "azure", "gcp", "all"])
def test_generated_instances_are_bounded_from_below_and_not_far(cloud: str) -> None:
    evaluator = build(
        {"prices": "", "throughputs": "", "home_vms": 4, "away_vms": 2, "vm_usd_per_h": 0.54}
    )
    for slack in (1.0, 1.5, 4.0):
        params = {**CHOICES, "cloud": cloud, "slack": slack}
        workload = evaluator.workload(
            Scenario(id="train/0000", split=Split.TRAIN, seed=5, params=params)
        )
        value = score(fast_trees(workload.task), workload).value
        assert value is not None
        assert workload.steiner_usd <= evaluator.bound(workload) <= value
