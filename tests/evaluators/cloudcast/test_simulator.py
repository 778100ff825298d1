from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from adrs.evaluators.cloudcast.fastest import fast_trees
from adrs.evaluators.cloudcast.generator import with_deadline
from adrs.evaluators.cloudcast.scoring import violation
from adrs.evaluators.cloudcast.simulator import (
    Broadcast,
    Network,
    completion_s,
    egress_usd,
    machines_usd,
    stripes_per_link,
)

MakeNetwork = Callable[..., Network]
MakeTask = Callable[..., Broadcast]
PRICE = np.array([[0.0, 0.10, 0.20], [0.03, 0.0, 0.04], [0.05, 0.06, 0.0]])
RATE = np.array([[0.0, 5.0, 4.0], [2.0, 0.0, 8.0], [3.0, 6.0, 0.0]])
CHAIN = [-1, 0, 1]
STAR = [-1, 0, 0]


def task(network: Network, stripes: int = 4) -> Broadcast:
    return Broadcast(
        network=network, source=0, destinations=(1, 2), volume_gb=40.0, stripes=stripes
    )


def counts(trees: list[list[int]]) -> NDArray[np.int64]:
    return np.asarray(stripes_per_link(np.array(trees), 3))


def test_stripes_are_counted_per_link() -> None:
    found = counts([CHAIN, STAR, STAR, STAR])
    assert found.tolist() == [[0, 4, 3], [0, 0, 1], [0, 0, 0]]


def test_every_link_charges_for_what_it_carries(network: MakeNetwork) -> None:
    job = task(network(PRICE, RATE))
    assert egress_usd(counts([CHAIN] * 4), job) == pytest.approx(40 * (0.10 + 0.04), rel=1e-15)
    mixed = counts([CHAIN, STAR, STAR, STAR])
    assert egress_usd(mixed, job) == pytest.approx(40 * 0.10 + 10 * 0.04 + 30 * 0.20, rel=1e-15)


def test_a_broadcast_takes_as_long_as_its_busiest_link(network: MakeNetwork) -> None:
    job = task(network(PRICE, RATE))
    # 40 GB are 320 Gbit: 64 s at 5 Gbit/s, 40 s at 8; the relay does not wait for the end.
    assert completion_s(counts([CHAIN] * 4), job) == 64.0
    assert completion_s(counts([STAR] * 4), job) == 80.0


def test_what_a_region_sends_and_receives_is_limited_too(network: MakeNetwork) -> None:
    slow_out = task(network(PRICE, RATE, egress=[6.0, 100.0, 100.0]))
    assert completion_s(counts([STAR] * 4), slow_out) == pytest.approx(2 * 320 / 6.0, rel=1e-15)
    slow_in = task(network(PRICE, RATE, ingress=[1.0, 2.0, 100.0]))
    assert completion_s(counts([CHAIN] * 4), slow_in) == 160.0


def test_machines_are_paid_where_something_travels_until_the_end(network: MakeNetwork) -> None:
    job = task(network(PRICE, RATE, vm_price=[9.0, 18.0, 36.0]))
    assert machines_usd(counts([CHAIN] * 4), job) == pytest.approx(63.0 * 64 / 3600, rel=1e-15)
    idle = counts([[-1, 0, -1]] * 4)
    assert machines_usd(idle, job) == pytest.approx(27.0 * 64 / 3600, rel=1e-15)


def test_nothing_sent_takes_no_time_and_costs_nothing(network: MakeNetwork) -> None:
    job = task(network(PRICE, RATE, vm_price=1.0))
    nothing = counts([[-1, -1, -1]])
    assert (completion_s(nothing, job), egress_usd(nothing, job), machines_usd(nothing, job)) == (
        0.0,
        0.0,
        0.0,
    )


@pytest.mark.parametrize("seed", range(6))
def test_quick_trees_are_valid_and_set_a_deadline_that_they_meet(
    seed: int, random_task: MakeTask
) -> None:
    job = random_task(np.random.default_rng(seed), 8, 4, 6)
    trees = fast_trees(job)
    assert violation(trees, job) == ""
    ends = completion_s(stripes_per_link(trees, 8), job)
    assert with_deadline(job, 1.0).deadline_s - 1 < ends <= with_deadline(job, 1.0).deadline_s
    assert with_deadline(job, 3.0).deadline_s == pytest.approx(3 * ends, abs=1.0)


def test_quick_trees_use_two_links_where_one_is_busy(network: MakeNetwork) -> None:
    """Stripes alternate, so that both destinations pass on half: no link carries everything."""
    square = np.full((3, 3), 1.0)
    job = task(network(square, square * 10.0, egress=[5.0, 100.0, 100.0]))
    found = stripes_per_link(fast_trees(job), 3)
    assert found[0].sum() < 8
    assert completion_s(found, job) < 2 * 320 / 5.0


def test_quick_trees_need_links(network: MakeNetwork) -> None:
    lonely = RATE.copy()
    lonely[:, 2] = 0.0
    with pytest.raises(ValueError, match="cannot be reached"):
        fast_trees(task(network(PRICE, lonely)))


def test_networks_cannot_be_written(network: MakeNetwork) -> None:
    with pytest.raises(ValueError, match="read-only"):
        network(PRICE, RATE).price[0, 1] = 0.0
