"""The price lists against what is published of the grid: medians, ranges, and exact optima."""

import math

import numpy as np
import pytest

from adrs.evaluators.cloudcast.steiner import cheapest_tree
from adrs.evaluators.cloudcast.tariffs import CLOUDS, REGIONS, price, speed

PLACE = {region.name: at for at, region in enumerate(REGIONS)}
PRICES = np.array([[math.inf if a is b else price(a, b) for b in REGIONS] for a in REGIONS])
# The five tasks of the public benchmarks (skydiscover, ADRS leaderboard): source, destinations, and
# the egress of the exact directed Steiner tree for 300 GB.
TASKS = {
    "intra_aws": (
        "aws:ap-northeast-1",
        "aws:me-south-1 aws:eu-south-1 aws:us-west-2 aws:us-east-1 aws:sa-east-1 "
        "aws:ap-southeast-1",
        57.0,
    ),
    "intra_azure": (
        "azure:australiaeast",
        "azure:westeurope azure:westus azure:koreacentral azure:brazilsouth azure:uaenorth "
        "azure:centralindia",
        99.0,
    ),
    "intra_gcp": (
        "gcp:us-east1-b",
        "gcp:europe-west1-b gcp:australia-southeast1-a gcp:us-west4-a gcp:southamerica-east1-a "
        "gcp:asia-southeast2-a gcp:europe-north1-a",
        141.0,
    ),
    "inter_agz": (
        "gcp:asia-southeast1-a",
        "azure:australiaeast azure:eastasia aws:ap-southeast-2 azure:brazilsouth aws:sa-east-1 "
        "gcp:australia-southeast1-a",
        160.5,
    ),
    "inter_gaz2": (
        "gcp:asia-southeast1-a",
        "azure:australiaeast azure:eastasia aws:ap-southeast-2 azure:brazilsouth aws:sa-east-1 "
        "gcp:australia-southeast1-a aws:us-west-2",
        160.5,
    ),
}


def block(sender: str, receiver: str) -> list[float]:
    """All prices from one cloud to another; "other" is any other cloud."""
    return [
        price(a, b)
        for a in REGIONS
        for b in REGIONS
        if a is not b
        and a.cloud == sender
        and (b.cloud == receiver or (receiver == "other" and b.cloud != sender))
    ]


def test_there_are_as_many_regions_as_published() -> None:
    """Cloudcast's grid: 71 regions, 25 of AWS, 22 of Azure, 24 of GCP, 4,970 directed pairs."""
    assert len(PLACE) == len(REGIONS) == 71
    assert [sum(r.cloud == cloud for r in REGIONS) for cloud in CLOUDS] == [25, 22, 24]
    assert np.isfinite(PRICES).sum() == 4970


@pytest.mark.parametrize(
    ("sender", "receiver", "least", "median", "most"),
    [
        ("aws", "aws", 0.01, 0.02, 0.147),
        ("aws", "other", 0.09, 0.09, 0.154),
        ("azure", "azure", 0.02, 0.05, 0.16),
        ("azure", "other", 0.0875, 0.0875, 0.181),
        ("gcp", "gcp", 0.01, 0.08, 0.15),
        ("gcp", "other", 0.12, 0.12, 0.19),
    ],
)
def test_prices_have_the_published_block_structure(
    sender: str, receiver: str, least: float, median: float, most: float
) -> None:
    """Egress prices in $/GB as measured on the published grid, per pair of clouds."""
    prices = block(sender, receiver)
    assert (min(prices), float(np.median(prices)), max(prices)) == (least, median, most)


@pytest.mark.parametrize("name", TASKS)
def test_the_optimum_of_a_published_task_is_known_exactly(name: str) -> None:
    """57, 99, 141, 160.5 and 160.5 $: the exact optima of the public benchmark's five tasks."""
    source, destinations, egress = TASKS[name]
    terminals = tuple(PLACE[d] for d in destinations.split())
    tree = cheapest_tree(PRICES, PLACE[source], terminals)
    assert tree.cost * 300 == pytest.approx(egress, rel=1e-12)
    assert sum(PRICES[link] for link in tree.links) == pytest.approx(tree.cost, rel=1e-12)


@pytest.mark.parametrize("a", CLOUDS)
@pytest.mark.parametrize("b", CLOUDS)
def test_laws_of_throughput_hold_together(a: str, b: str) -> None:
    senders = [r for r in REGIONS if r.cloud == a]
    receivers = [r for r in REGIONS if r.cloud == b]
    for law in {speed(sender, receiver) for sender in senders for receiver in receivers}:
        assert 0.0 < law.low < law.median < law.high
        assert 0.0 <= law.slow < 0.1
