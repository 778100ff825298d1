"""Small networks by hand, and the published tasks on the published price lists."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from adrs.evaluators.cloudcast.simulator import Broadcast, Network

MakeTask = Callable[..., Broadcast]


def make_network(
    price: NDArray[np.float64],
    rate: NDArray[np.float64],
    *,
    egress: float | list[float] = 100.0,
    ingress: float | list[float] = 100.0,
    vm_price: float | list[float] = 0.0,
) -> Network:
    regions = len(price)
    price, rate = price.astype(float), rate.astype(float)
    price[rate == 0.0] = np.inf
    np.fill_diagonal(price, np.inf)
    np.fill_diagonal(rate, 0.0)
    return Network(
        cloud=np.zeros(regions, dtype=np.int64),
        price=price,
        rate=rate,
        egress=np.full(regions, egress, dtype=float),
        ingress=np.full(regions, ingress, dtype=float),
        vm_price=np.full(regions, vm_price, dtype=float),
    )


def make_random(
    rng: np.random.Generator, regions: int, destinations: int, stripes: int, vm_price: float = 0.0
) -> Broadcast:
    """A task whose prices, links and regions all differ, so that deadlines bind."""
    network = make_network(
        rng.integers(1, 20, (regions, regions)) / 100,
        rng.integers(1, 10, (regions, regions)).astype(float),
        egress=(rng.integers(2, 12, regions) * 1.0).tolist(),
        ingress=(rng.integers(4, 16, regions) * 1.0).tolist(),
        vm_price=vm_price,
    )
    return Broadcast(
        network=network,
        source=0,
        destinations=tuple(range(1, destinations + 1)),
        volume_gb=60.0,
        stripes=stripes,
    )


@pytest.fixture(scope="session")
def network() -> Callable[..., Network]:
    return make_network


@pytest.fixture(scope="session")
def random_task() -> Callable[..., Broadcast]:
    return make_random
