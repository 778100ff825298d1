"""A scenario's seed and parameters → regions, links, a task and its deadline.

Regions are drawn from the published ones; so are prices, times a factor per region that stands for
price lists of another year or contract, and throughputs follow the statistics of the published
grid. An account may run several machines where its data is at home and few elsewhere: quotas are
what makes a cheap relay scarce. The deadline is set from a plan that is quick to make, so it can be
met.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from adrs.errors import ProblemError
from adrs.simulation.streams import stream

from .fastest import fast_trees
from .grid import RATE_DIGITS, Grid, cloud_of
from .simulator import Broadcast, Network, Workload, completion_s, stripes_per_link
from .steiner import cheapest_tree
from .tariffs import CLOUDS, EGRESS_GBPS, INGRESS_GBPS, REGIONS, SLOW_GBPS, Region, price, speed

EVERY_CLOUD = "all"
PRICE_DIGITS = 4  # price lists have no more


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What a scenario asks for.

    Attributes:
        cloud: where source and destinations are: a cloud's name, or `EVERY_CLOUD`.
        regions: how many regions the account has, source and destinations included.
        destinations: how many.
        jitter: standard deviation of the logarithm of a region's price factor.
        slack: deadline as a multiple of the time of the quick plan, at least 1.
        volume_gb: how much is sent.
        stripes: into how many parts it is cut.
        home_vms: most machines in the source and in a destination.
        away_vms: most machines in any other region.
        vm_usd_per_h: what one machine costs.
        missing: part of the links that are left out, but for those between source and destinations.
    """

    cloud: str
    regions: int
    destinations: int
    jitter: float
    slack: float
    volume_gb: float
    stripes: int
    home_vms: int
    away_vms: int
    vm_usd_per_h: float
    missing: float = 0.0


def generate(setting: Setting, grid: Grid | None, seed: int) -> Workload:
    """Return the instance of a seed.

    Args:
        setting: what is asked for.
        grid: prices and throughputs that were read from files; None for generated ones. Jitter does
            not change what was read.
        seed: keys every stream.

    Raises:
        ProblemError: the grid has too few regions for the task.
    """
    chosen = _chosen(setting, grid, seed)
    ends = setting.destinations + 1
    machines = _machines(setting, len(chosen), seed)
    one = _generated(chosen, setting, seed) if grid is None else _part(grid, chosen)
    if setting.missing:
        _cut(one, setting, ends, seed)
    order = stream(seed, "cloudcast/order").permutation(len(chosen))
    place = np.argsort(order)
    task = Broadcast(
        network=_network(one, machines, order, setting.vm_usd_per_h),
        source=int(place[0]),
        destinations=tuple(int(at) for at in place[1:ends]),
        volume_gb=setting.volume_gb,
        stripes=setting.stripes,
    )
    return with_deadline(task, setting.slack)


def with_deadline(task: Broadcast, slack: float) -> Workload:
    """Return a task with a deadline that is `slack` times the time of the quick plan."""
    counts = stripes_per_link(fast_trees(task), task.network.regions)
    tree = cheapest_tree(task.network.price, task.source, task.destinations)
    return Workload(
        task=task,
        deadline_s=max(1, math.ceil(slack * completion_s(counts, task))),
        steiner_usd=tree.cost * task.volume_gb,
    )


def _chosen(setting: Setting, grid: Grid | None, seed: int) -> list[int]:
    """Return the regions' places in the catalogue: source, destinations, others."""
    names = tuple(region.name for region in REGIONS) if grid is None else grid.names
    rng = stream(seed, "cloudcast/regions")
    shuffled = [int(at) for at in rng.permutation(len(names))]
    ends: list[int] = []
    for at in shuffled:
        inside = setting.cloud in (EVERY_CLOUD, cloud_of(names[at]))
        linked = grid is None or not ends or _rounded(grid.rate[ends[0], at]) > 0.0
        if inside and linked and len(ends) <= setting.destinations:
            ends.append(at)
    if len(ends) <= setting.destinations:
        raise ProblemError(
            f"the grid has too few regions of cloud '{setting.cloud}' that can be reached: "
            f"{len(ends)}, but {setting.destinations + 1} are needed."
        )
    others = [at for at in shuffled if at not in ends]
    # Beyond the catalogue a region comes again, as another zone of the same place.
    zones = math.ceil(setting.regions / len(names)) if grid is None else 1
    return (ends + others + shuffled * (zones - 1))[: setting.regions]


def _machines(setting: Setting, regions: int, seed: int) -> NDArray[np.int64]:
    """Return how many machines run in each region: many at both ends, few in between.

    The source has all that the account may have at an end, a destination that or half of it.
    """
    rng = stream(seed, "cloudcast/machines")
    machines = rng.integers(1, setting.away_vms, size=regions, endpoint=True)
    half = max(1, setting.home_vms // 2)
    ends = slice(1, setting.destinations + 1)
    machines[ends] = rng.choice([half, setting.home_vms], size=setting.destinations)
    machines[0] = setting.home_vms
    return machines


def _generated(chosen: Sequence[int], setting: Setting, seed: int) -> Grid:
    """Return prices and throughputs of catalogue regions, as published in law, not in letter."""
    regions = [REGIONS[at] for at in chosen]
    noise = stream(seed, "cloudcast/prices").standard_normal((2, len(regions)))
    inside, outside = np.exp(setting.jitter * noise)
    same = np.array([[a.cloud == b.cloud for b in regions] for a in regions])
    listed = np.array([[price(a, b) for b in regions] for a in regions])
    factor = np.where(same, inside[:, None], outside[:, None])
    prices = np.round(listed * factor, PRICE_DIGITS)
    rates = _rates(regions, seed)
    np.fill_diagonal(prices, np.inf)
    np.fill_diagonal(rates, 0.0)
    return Grid(names=tuple(region.name for region in regions), price=prices, rate=rates)


def _rates(regions: Sequence[Region], seed: int) -> NDArray[np.float64]:
    """Return Gbit/s of one machine to one machine, shape [regions, regions]."""
    rng = stream(seed, "cloudcast/rates")
    laws = [[speed(a, b) for b in regions] for a in regions]
    median, spread, low, high, slow = (
        np.array([[getattr(law, name) for law in row] for row in laws])
        for name in ("median", "spread", "low", "high", "slow")
    )
    usual = np.clip(median * np.exp(spread * rng.standard_normal(median.shape)), low, high)
    broken = rng.uniform(*SLOW_GBPS, size=median.shape)
    rates = np.where(rng.random(median.shape) < slow, broken, usual)
    return _rounded(rates)


def _part(grid: Grid, chosen: Sequence[int]) -> Grid:
    at = np.ix_(chosen, chosen)
    names = tuple(grid.names[place] for place in chosen)
    return Grid(names=names, price=grid.price[at].copy(), rate=grid.rate[at].copy())


def _cut(grid: Grid, setting: Setting, ends: int, seed: int) -> None:
    """Take links away, none between source and destinations."""
    gone = stream(seed, "cloudcast/missing").random(grid.rate.shape) < setting.missing
    gone[:ends, :ends] = False
    grid.price[gone] = np.inf
    grid.rate[gone] = 0.0


def _network(
    grid: Grid, machines: NDArray[np.int64], order: NDArray[np.int64], vm_usd_per_h: float
) -> Network:
    """Return the regions in another order, so that the order tells nothing, all machines at work.

    A link is as fast as the machines of its weaker end; one that comes to nothing is no link.
    """
    shuffled = np.ix_(order, order)
    vms = machines[order]
    clouds = [cloud_of(grid.names[at]) for at in order.tolist()]
    rate = _rounded(grid.rate[shuffled] * np.minimum(vms[:, None], vms))
    return Network(
        cloud=np.array([CLOUDS.index(cloud) for cloud in clouds], dtype=np.int64),
        price=np.where(rate > 0.0, grid.price[shuffled], np.inf),
        rate=rate,
        egress=vms * np.array([EGRESS_GBPS[cloud] for cloud in clouds]),
        ingress=vms * np.array([INGRESS_GBPS[cloud] for cloud in clouds]),
        vm_price=np.round(vms * vm_usd_per_h, PRICE_DIGITS),
    )


def _rounded(rates: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.round(rates, RATE_DIGITS))
