"""Regions, the links between them, and what a broadcast along trees costs and takes.

The volume is cut into stripes of equal size. Each stripe travels along a tree of its own from the
source to every destination; a region passes on what it receives while it receives it. All stripes
flow at the same time, each link at the constant rate that carries its share just in time, so a
broadcast takes as long as its most loaded link, egress or ingress needs: the throughput constraints
of Cloudcast's optimisation (Wooders et al., NSDI 2024), with equality at the slowest.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

GBIT_PER_GBYTE = 8
SECONDS_PER_HOUR = 3600
NO_PARENT = -1


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Network:
    """What an account has: regions with a number of virtual machines each, and links.

    All arrays are float64 and read-only unless said otherwise; region u is row u.

    Attributes:
        cloud: which cloud a region belongs to, int64, shape [regions]; see `tariffs.CLOUDS`.
        price: $ per GB sent from u to v, shape [regions, regions]; infinite without a link.
        rate: Gbit/s from u to v with the machines of both; 0 without a link.
        egress: Gbit/s that all machines of a region can send together, shape [regions].
        ingress: Gbit/s that they can receive together.
        vm_price: $ per hour of all machines of a region.
    """

    cloud: NDArray[np.int64]
    price: NDArray[np.float64]
    rate: NDArray[np.float64]
    egress: NDArray[np.float64]
    ingress: NDArray[np.float64]
    vm_price: NDArray[np.float64]

    def __post_init__(self) -> None:
        """Make the arrays read-only."""
        for name in ("cloud", "price", "rate", "egress", "ingress", "vm_price"):
            getattr(self, name).flags.writeable = False

    @property
    def regions(self) -> int:
        """Number of regions."""
        return len(self.cloud)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Broadcast:
    """One task: what must get where.

    Attributes:
        network: the regions and links.
        source: the region that has the data.
        destinations: the regions that must get it, distinct, without the source.
        volume_gb: how much it is.
        stripes: into how many equal parts it is cut.
    """

    network: Network
    source: int
    destinations: tuple[int, ...]
    volume_gb: float
    stripes: int

    @property
    def share_gb(self) -> float:
        """Size of a stripe."""
        return self.volume_gb / self.stripes


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Workload:
    """One instance: a broadcast, its deadline, and what it would cost without one.

    Attributes:
        task: the broadcast.
        deadline_s: when every destination must have everything; the broadcast starts at 0.
        steiner_usd: egress of the cheapest tree if there were no deadline, the exact optimum.
    """

    task: Broadcast
    deadline_s: int
    steiner_usd: float


def stripes_per_link(trees: NDArray[np.int64], regions: int) -> NDArray[np.int64]:
    """Return how many stripes each link carries, shape [regions, regions].

    Args:
        trees: parent of each region in each stripe's tree, shape [stripes, regions]; -1 for the
            source and for regions that are not in the tree.
        regions: number of regions.
    """
    _, child = np.nonzero(trees != NO_PARENT)
    parent = trees[trees != NO_PARENT]
    counts = np.bincount(parent * regions + child, minlength=regions * regions)
    return counts.reshape(regions, regions)


def completion_s(counts: NDArray[np.int64], task: Broadcast) -> float:
    """Return when the last destination has everything.

    Args:
        counts: stripes on each link, shape [regions, regions].
        task: the broadcast.
    """
    network = task.network
    links = np.nonzero(counts)
    if not len(links[0]):
        return 0.0
    slowest = max(
        float((counts[links] / network.rate[links]).max()),
        float((counts.sum(axis=1) / network.egress).max()),
        float((counts.sum(axis=0) / network.ingress).max()),
    )
    return slowest * task.share_gb * GBIT_PER_GBYTE


def egress_usd(counts: NDArray[np.int64], task: Broadcast) -> float:
    """Return what all links charge together."""
    links = np.nonzero(counts)
    return math.fsum((counts[links] * task.network.price[links]).tolist()) * task.share_gb


def machines_usd(counts: NDArray[np.int64], task: Broadcast) -> float:
    """Return what the machines of every region that takes part cost until the end."""
    taking_part = (counts.sum(axis=0) + counts.sum(axis=1)) > 0
    per_hour = math.fsum(task.network.vm_price[taking_part].tolist())
    return per_hour * completion_s(counts, task) / SECONDS_PER_HOUR
