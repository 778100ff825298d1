"""The cheapest directed Steiner tree, exactly: Dreyfus and Wagner, Networks 1 (1971)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Tree:
    """A tree that reaches every terminal from a root.

    Attributes:
        cost: sum of its weights, the least possible.
        links: (parent, child) of every link, by child.
    """

    cost: float
    links: tuple[tuple[int, int], ...]


def cheapest_tree(weights: NDArray[np.float64], root: int, terminals: tuple[int, ...]) -> Tree:
    """Return a cheapest tree from the root to all terminals; other nodes may be passed through.

    The time is 3 ** terminals * nodes + 2 ** terminals * nodes ** 2.

    Args:
        weights: shape [nodes, nodes], from row to column, none negative; infinite where there is no
            link. The diagonal is not looked at.
        root: where the tree begins.
        terminals: what it must reach, without the root, distinct.
    """
    if not terminals:
        return Tree(cost=0.0, links=())
    table = _filled(weights, terminals)
    parent: dict[int, int] = {}
    open_ends = [(len(table.cost) - 1, root)]
    while open_ends:
        mask, node = open_ends.pop()
        fork = int(table.fork[mask, node])
        _follow(table.hop, parent, (node, fork), root)
        if mask & (mask - 1):
            prong = int(table.prong[mask, fork])
            open_ends += [(prong, fork), (mask ^ prong, fork)]
    return Tree(cost=float(table.cost[-1, root]), links=_pruned(parent, root, terminals))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Table:
    """Costs of the cheapest trees from every node to every set of terminals, and how they fork.

    A set is a bit mask. From a node v, the cheapest tree to a set goes along a shortest path to a
    node f = `fork[set, v]`, where it forks into a tree to `prong[set, f]` and one to the rest.

    Attributes:
        hop: the first node of the shortest path from row to column.
        cost: shape [sets, nodes].
        fork: shape [sets, nodes].
        prong: shape [sets, nodes].
    """

    hop: NDArray[np.int64]
    cost: NDArray[np.float64]
    fork: NDArray[np.int64]
    prong: NDArray[np.int64]


def _filled(weights: NDArray[np.float64], terminals: tuple[int, ...]) -> _Table:
    distance, hop = shortest_paths(weights)
    row = np.arange(len(weights))
    masks = np.arange(1 << len(terminals))
    cost = np.zeros((len(masks), len(row)))
    fork = np.zeros(cost.shape, dtype=np.int64)
    prong = np.zeros(cost.shape, dtype=np.int64)
    for mask in range(1, len(masks)):
        low = mask & -mask
        if mask == low:
            terminal = terminals[low.bit_length() - 1]
            cost[mask], fork[mask] = distance[:, terminal], terminal
            continue
        prongs = masks[((masks & ~mask) == 0) & ((masks & low) != 0) & (masks != mask)]
        forked = cost[prongs] + cost[mask ^ prongs]
        best = forked.argmin(axis=0)
        prong[mask] = prongs[best]
        through = distance + forked[best, row]
        fork[mask] = through.argmin(axis=1)
        cost[mask] = through[row, fork[mask]]
    return _Table(hop=hop, cost=cost, fork=fork, prong=prong)


def _follow(
    hop: NDArray[np.int64], parent: dict[int, int], way: tuple[int, int], root: int
) -> None:
    """Add the shortest path from the first to the second node of a way.

    A node that the tree reaches already keeps its parent.
    """
    node, end = way
    while node != end:
        following = int(hop[node, end])
        if following != root:
            parent.setdefault(following, node)
        node = following


def _pruned(
    parent: dict[int, int], root: int, terminals: tuple[int, ...]
) -> tuple[tuple[int, int], ...]:
    """Return the links that lead to a terminal."""
    kept: dict[int, int] = {}
    for terminal in terminals:
        node = terminal
        while node != root and node not in kept:
            kept[node] = parent[node]
            node = parent[node]
    return tuple((kept[child], child) for child in sorted(kept))


def shortest_paths(
    weights: NDArray[np.float64],
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return all distances and the first node of each shortest path (Floyd and Warshall)."""
    nodes = len(weights)
    distance = weights.copy()
    np.fill_diagonal(distance, 0.0)
    hop = np.tile(np.arange(nodes), (nodes, 1))
    for middle in range(nodes):
        through = distance[:, middle, None] + distance[middle]
        shorter = through < distance
        distance = np.where(shorter, through, distance)
        hop = np.where(shorter, hop[:, middle, None], hop)
    return distance, hop
