"""A proven lower bound on the cost of any broadcast that keeps its deadline.

Without a deadline nothing is cheaper than sending everything along one cheapest Steiner tree. With
one, links and regions can carry only so much, and stripes must take dearer trees. Let every
resource r (a link, a region's egress, its ingress) have a charge y_r >= 0 in $ per second of its
use. A broadcast that ends at T uses no resource longer than T, so

    cost = egress + machines >= egress + fixed * T + sum_r y_r * (use_r - T)

where `fixed` is what the machines of source and destinations cost per second, as these always take
part. Egress and charged use are sums over trees, each at least the share of a cheapest Steiner tree
at prices that contain the charges; and T lies between the least possible time and the deadline.
Both minima are exact, so every choice of charges gives a valid bound (weak duality), whatever the
numbers in y. The best charges are the optimal duals of the linear program over all trees, which are
found by column generation: solve it over the trees so far, charge its duals, add the cheapest tree
at these charges. At its end the bound is the optimum of fractional multi-tree transfer.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .simplex import maximise
from .simulator import GBIT_PER_GBYTE, SECONDS_PER_HOUR, Broadcast, Workload
from .steiner import Tree, cheapest_tree

ROUNDS = 60  # of column generation; most instances need fewer than 20
REWARD = 100.0  # for sending everything, in times of what it can cost at most
CLOSE = 1e-7  # relative gap at which the search for charges ends
TOLERANCE = 1e-9  # by which a plan may be later than its deadline, relative


@dataclass(frozen=True, slots=True, kw_only=True)
class _Frame:
    """What bounds the end of a broadcast.

    Attributes:
        least_s: no broadcast ends earlier.
        most_s: none that keeps its deadline ends later.
        fixed_usd_per_s: what the machines cost that always take part.
    """

    least_s: float
    most_s: float
    fixed_usd_per_s: float

    def cheapest_end(self, usd_per_s: float) -> float:
        """Return the least of usd_per_s * T over the times T at which a broadcast can end."""
        return usd_per_s * (self.least_s if usd_per_s > 0.0 else self.most_s)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Charges:
    """Charges in $ per second of use.

    Attributes:
        link: shape [regions, regions].
        out: for a region's egress, shape [regions].
        into: for its ingress, shape [regions].
    """

    link: NDArray[np.float64]
    out: NDArray[np.float64]
    into: NDArray[np.float64]

    def total(self) -> float:
        """Return the sum of all charges."""
        return float(self.link.sum() + self.out.sum() + self.into.sum())


def cost_bound(workload: Workload) -> float:
    """Return a lower bound on the cost, in $, of every plan that keeps the deadline."""
    task = workload.task
    if task.volume_gb == 0.0:
        return 0.0
    frame = _frame(workload)
    busy = _seconds_per_copy(task)
    charges = _Charges(link=busy.link * 0.0, out=busy.out * 0.0, into=busy.into * 0.0)
    trees: list[Tree] = []
    best = 0.0
    for _ in range(ROUNDS):
        weights = _weights(task, busy, charges)
        tree = cheapest_tree(weights, task.source, task.destinations)
        rest = frame.fixed_usd_per_s - charges.total()
        best = max(best, tree.cost + frame.cheapest_end(rest))
        if tree.links in [known.links for known in trees]:
            break
        trees.append(tree)
        charges, value = _best_charges(task, trees, busy, frame)
        if value - best <= CLOSE * value:
            break
    return best


def _frame(workload: Workload) -> _Frame:
    task = workload.task
    network = task.network
    gbit = task.volume_gb * GBIT_PER_GBYTE
    speeds = [
        min(float(network.egress[task.source]), float(network.rate[task.source].sum())),
        *(
            min(float(network.ingress[at]), float(network.rate[:, at].sum()))
            for at in task.destinations
        ),
    ]
    most_s = workload.deadline_s * (1.0 + TOLERANCE)
    ends = [task.source, *task.destinations]
    return _Frame(
        least_s=min(most_s, gbit / min(speeds)),
        most_s=most_s,
        fixed_usd_per_s=float(network.vm_price[ends].sum()) / SECONDS_PER_HOUR,
    )


def _seconds_per_copy(task: Broadcast) -> _Charges:
    """Return for how long sending everything once keeps each resource busy; 0 without a link."""
    network = task.network
    gbit = task.volume_gb * GBIT_PER_GBYTE
    linked = network.rate > 0.0
    return _Charges(
        link=np.where(linked, gbit / np.where(linked, network.rate, 1.0), 0.0),
        out=gbit / network.egress,
        into=gbit / network.ingress,
    )


def _weights(task: Broadcast, busy: _Charges, charges: _Charges) -> NDArray[np.float64]:
    """Return what sending everything over each link costs, charges included."""
    charged = (
        charges.link * busy.link
        + (charges.out * busy.out)[:, None]
        + (charges.into * busy.into)[None, :]
    )
    return np.asarray(task.network.price * task.volume_gb + charged)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Resources:
    """The resources that some trees use.

    Attributes:
        links: (parent, child).
        senders: regions whose egress is used.
        receivers: regions whose ingress is used.
    """

    links: list[tuple[int, int]]
    senders: list[int]
    receivers: list[int]

    @staticmethod
    def of(trees: Sequence[Tree]) -> "_Resources":
        links = sorted({link for tree in trees for link in tree.links})
        return _Resources(
            links=links,
            senders=sorted({parent for parent, _ in links}),
            receivers=sorted({child for _, child in links}),
        )

    def seconds(self, tree: Tree, busy: _Charges) -> list[float]:
        """Return for how long each is busy if everything travels along a tree."""
        parents = [parent for parent, _ in tree.links]
        children = [child for _, child in tree.links]
        return [
            *(float(busy.link[link]) * (link in tree.links) for link in self.links),
            *(float(busy.out[u]) * parents.count(u) for u in self.senders),
            *(float(busy.into[v]) * children.count(v) for v in self.receivers),
        ]

    def charged(self, duals: NDArray[np.float64], regions: int) -> _Charges:
        """Return charges from one number per resource, in the order of `seconds`."""
        link = np.zeros((regions, regions))
        out, into = np.zeros(regions), np.zeros(regions)
        first, second = len(self.links), len(self.links) + len(self.senders)
        link[tuple(np.array(self.links).T)] = duals[:first]
        out[self.senders] = duals[first:second]
        into[self.receivers] = duals[second:]
        return _Charges(link=link, out=out, into=into)


def _best_charges(
    task: Broadcast, trees: Sequence[Tree], busy: _Charges, frame: _Frame
) -> tuple[_Charges, float]:
    """Return the optimal duals over the trees so far, and the cost that they can reach together.

    The program: which part of the volume to send over which tree, and the time T, at the least
    egress and fixed cost. It is stated as a maximum from a feasible origin: sending nothing is
    allowed, and sending everything is made worth it by a reward.
    """
    resources = _Resources.of(trees)
    seconds = np.array([resources.seconds(tree, busy) for tree in trees])
    egress = np.array([_egress(task, tree) for tree in trees])
    reward = REWARD * _dearest(task, frame)
    count = seconds.shape[1]
    rows = np.zeros((count + 2, len(trees) + 1))  # resources, the time's range, the whole volume
    rows[:count, :-1] = seconds.T
    rows[:count, -1] = -1.0
    rows[count, -1] = 1.0
    rows[count + 1, :-1] = 1.0
    limits = np.full(count + 2, frame.least_s)
    limits[count:] = frame.most_s - frame.least_s, 1.0
    optimum = maximise(np.append(reward - egress, -frame.fixed_usd_per_s), rows, limits)
    charges = resources.charged(np.maximum(optimum.duals[:count], 0.0), task.network.regions)
    return charges, reward - optimum.value + frame.fixed_usd_per_s * frame.least_s


def _dearest(task: Broadcast, frame: _Frame) -> float:
    """Return more than what any plan without useless relays costs."""
    prices = task.network.price
    dearest = float(prices[np.isfinite(prices)].max()) * task.network.regions * task.volume_gb
    return dearest + frame.fixed_usd_per_s * frame.most_s + 1.0


def _egress(task: Broadcast, tree: Tree) -> float:
    return sum(float(task.network.price[link]) for link in tree.links) * task.volume_gb
