import hashlib
from dataclasses import replace

import numpy as np
import pytest

from adrs.evaluators.cloudcast.generator import Setting, generate
from adrs.evaluators.cloudcast.grid import cloud_of
from adrs.evaluators.cloudcast.tariffs import (
    CLOUDS,
    EGRESS_GBPS,
    INGRESS_GBPS,
    REGIONS,
    SLOW_GBPS,
    price,
)

USUAL = Setting(
    cloud="all",
    regions=24,
    destinations=6,
    jitter=0.3,
    slack=1.5,
    volume_gb=300.0,
    stripes=10,
    home_vms=4,
    away_vms=2,
    vm_usd_per_h=0.54,
)
# Prices and throughputs of a small instance, and a hash of all its arrays.
SMALL = replace(USUAL, regions=4, destinations=2)
DIGEST = "e5b8976de611d53c"
DEADLINE_S = 184


def test_the_instance_has_the_sizes_asked_for() -> None:
    workload = generate(USUAL, None, 1)
    task = workload.task
    ends = {task.source, *task.destinations}
    assert task.network.price.shape == task.network.rate.shape == (24, 24)
    assert len(ends) == 7
    assert min(ends) >= 0
    assert max(ends) < 24
    assert (task.volume_gb, task.stripes) == (300.0, 10)


@pytest.mark.parametrize("cloud", CLOUDS)
def test_source_and_destinations_are_in_the_cloud_asked_for(cloud: str) -> None:
    for seed in range(5):
        task = generate(replace(USUAL, cloud=cloud), None, seed).task
        ends = [task.source, *task.destinations]
        assert {CLOUDS[at] for at in task.network.cloud[ends]} == {cloud}
        assert len(set(task.network.cloud.tolist())) > 1


def test_over_seeds_every_region_is_drawn_and_places_tell_nothing() -> None:
    sources = [generate(USUAL, None, seed).task.source for seed in range(60)]
    assert len(set(sources)) > 15


def test_without_jitter_prices_are_the_published_ones() -> None:
    task = generate(replace(USUAL, jitter=0.0, regions=71), None, 3).task
    listed = sorted(price(a, b) for a in REGIONS for b in REGIONS if a is not b)
    found = task.network.price
    assert sorted(found[np.isfinite(found)].tolist()) == pytest.approx(listed, abs=1e-12)


def test_jitter_moves_a_regions_prices_together() -> None:
    network = generate(replace(USUAL, regions=71, cloud="aws"), None, 3).task.network
    plain = generate(replace(USUAL, regions=71, cloud="aws", jitter=0.0), None, 3).task.network
    linked = np.isfinite(plain.price)
    logs = np.log(np.where(linked, network.price, 1.0) / np.where(linked, plain.price, 1.0))
    for region in np.flatnonzero(network.cloud == 0):
        inside = np.flatnonzero(network.cloud == 0)
        inside = inside[inside != region]
        assert np.ptp(logs[region, inside]) < 0.02  # prices are rounded to a hundredth of a cent
    factors = [logs[u, (u + 1) % 71] for u in range(71)]
    assert np.std(factors) == pytest.approx(0.3, rel=0.3)


def test_machines_are_many_at_the_ends_and_few_between() -> None:
    for seed in range(5):
        task = generate(USUAL, None, seed).task
        network = task.network
        per_machine = np.array([EGRESS_GBPS[CLOUDS[at]] for at in network.cloud])
        machines = network.egress / per_machine
        assert machines[task.source] == 4
        assert set(machines[list(task.destinations)]) <= {2.0, 4.0}
        away = np.delete(machines, [task.source, *task.destinations])
        assert set(away) == {1.0, 2.0}
        ingress = np.array([INGRESS_GBPS[CLOUDS[at]] for at in network.cloud])
        assert (network.ingress == machines * ingress).all()
        assert network.vm_price == pytest.approx(machines * 0.54)


def test_a_link_is_as_fast_as_its_weaker_end() -> None:
    one = generate(replace(USUAL, home_vms=1, away_vms=1), None, 2).task.network
    many = generate(USUAL, None, 2).task.network
    machines = many.egress / one.egress
    weaker = np.minimum(machines[:, None], machines)
    np.testing.assert_allclose(many.rate, one.rate * weaker, atol=1e-3)


def test_throughputs_follow_the_published_statistics() -> None:
    """Medians over near and far pairs of the published grid, Gbit/s per machine; +-12 %."""
    setting = replace(USUAL, regions=71, home_vms=1, away_vms=1)
    network = generate(setting, None, 8).task.network
    for sender, receiver, published in (
        ("aws", "aws", 5.0),
        ("azure", "azure", 14.7),
        ("gcp", "gcp", 23.0),
        ("azure", "aws", 3.6),
        ("gcp", "aws", 6.6),
        ("gcp", "azure", 8.1),
    ):
        rows = network.cloud == CLOUDS.index(sender)
        columns = network.cloud == CLOUDS.index(receiver)
        rates = network.rate[np.ix_(rows, columns)]
        assert np.median(rates[rates > 0]) == pytest.approx(published, rel=0.12)


def test_a_few_links_from_aws_to_gcp_are_broken() -> None:
    """15 of the 600 published ones carry 0.17 to 0.64 Gbit/s; all others more than 1."""
    slow = total = 0
    setting = replace(USUAL, regions=71, home_vms=1, away_vms=1)
    for seed in range(4):
        network = generate(setting, None, seed).task.network
        rates = network.rate[np.ix_(network.cloud == 0, network.cloud == 2)]
        slow += int((rates <= SLOW_GBPS[1]).sum())
        total += rates.size
    assert slow / total == pytest.approx(15 / 600, rel=0.5)


def test_missing_links_are_not_between_the_ends() -> None:
    task = generate(replace(USUAL, missing=0.7), None, 4).task
    network = task.network
    ends = [task.source, *task.destinations]
    assert (network.rate[np.ix_(ends, ends)] > 0.0).sum() == 7 * 6
    assert ((network.rate == 0.0) == np.isinf(network.price)).all()
    assert (network.rate > 0.0).sum() < 0.45 * 24 * 24


def test_more_regions_than_there_are_come_as_other_zones() -> None:
    network = generate(replace(USUAL, regions=150), None, 4).task.network
    assert network.regions == 150
    assert np.isfinite(network.price).sum() == 150 * 149


def test_a_longer_slack_moves_the_deadline_alone() -> None:
    short, long = (generate(replace(USUAL, slack=slack), None, 9) for slack in (1.0, 3.0))
    assert (short.task.network.price == long.task.network.price).all()
    assert long.deadline_s == pytest.approx(3 * short.deadline_s, abs=3)


def test_names_begin_with_their_cloud() -> None:
    assert {cloud_of(region.name) for region in REGIONS} == set(CLOUDS)


def test_the_same_seed_gives_the_same_instance_and_another_one_another() -> None:
    first, again, other = (generate(USUAL, None, seed) for seed in (1, 1, 2))
    assert (first.task.network.price == again.task.network.price).all()
    assert (first.task.source, first.deadline_s) == (again.task.source, again.deadline_s)
    assert (first.task.network.rate != other.task.network.rate).any()


def test_the_instance_of_a_seed_is_pinned() -> None:
    workload = generate(SMALL, None, 7)
    network = workload.task.network
    digest = hashlib.blake2b(digest_size=8)
    for array in (network.price, network.rate, network.egress, network.ingress, network.vm_price):
        digest.update(array.astype("<f8").tobytes())
    assert digest.hexdigest() == DIGEST
    assert workload.deadline_s == DEADLINE_S
