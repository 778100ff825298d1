"""A quick plan that is as fast as a greedy choice of links makes it; it sets the deadline."""

import numpy as np
from numpy.typing import NDArray

from .simulator import NO_PARENT, Broadcast


def fast_trees(task: Broadcast) -> NDArray[np.int64]:
    """Return a tree per stripe, over source and destinations alone: shape [stripes, regions].

    Stripe by stripe, the tree takes in the destination, and by the link, that keep the busiest of
    link, sender and receiver least busy; of equal ones the cheapest link, of these the first in the
    order in which the tree grew and then in that of the destinations.

    Raises:
        ValueError: a destination cannot be reached.
    """
    network = task.network
    price, rate = network.price.tolist(), network.rate.tolist()
    egress, ingress = network.egress.tolist(), network.ingress.tolist()
    sent = [0] * network.regions
    carried: dict[tuple[int, int], int] = {}
    trees = np.full((task.stripes, network.regions), NO_PARENT, dtype=np.int64)
    for stripe in range(task.stripes):
        tree, missing = [task.source], list(task.destinations)
        while missing:
            choices = [
                (
                    max(
                        (sent[u] + 1) / egress[u],
                        (stripe + 1) / ingress[v],
                        (carried.get((u, v), 0) + 1) / rate[u][v],
                    ),
                    price[u][v],
                    i,
                    j,
                )
                for i, u in enumerate(tree)
                for j, v in enumerate(missing)
                if rate[u][v] > 0.0
            ]
            if not choices:
                raise ValueError(f"regions {missing} cannot be reached from {tree}")
            _, _, i, j = min(choices)
            parent, child = tree[i], missing.pop(j)
            trees[stripe, child] = parent
            sent[parent] += 1
            carried[parent, child] = carried.get((parent, child), 0) + 1
            tree.append(child)
    return trees
