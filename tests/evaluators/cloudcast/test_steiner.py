import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adrs.evaluators.cloudcast.steiner import cheapest_tree, shortest_paths


def exhaustive(weights: np.ndarray, root: int, terminals: tuple[int, ...]) -> float:
    """The cheapest tree by trying every choice of parents."""
    nodes = len(weights)
    others = [v for v in range(nodes) if v != root]
    best = np.inf
    for parents in itertools.product([-1, *range(nodes)], repeat=len(others)):
        parent = dict(zip(others, parents, strict=True))
        if any(parent[t] == -1 for t in terminals):
            continue
        cost = sum(weights[u, v] for v, u in parent.items() if u != -1)
        if cost < best and all(leads_to(parent, v, root) for v in others if parent[v] != -1):
            best = cost
    return float(best)


def leads_to(parent: dict[int, int], node: int, root: int) -> bool:
    for _ in range(len(parent) + 1):
        if node == root:
            return True
        node = parent.get(node, -1)
        if node == -1:
            return False
    return False


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("terminals", [(1,), (1, 3), (2, 3, 4), (1, 2, 3, 4)])
def test_no_tree_is_cheaper(seed: int, terminals: tuple[int, ...]) -> None:
    rng = np.random.default_rng(seed)
    weights = rng.integers(1, 20, (5, 5)).astype(float)
    weights[rng.random((5, 5)) < 0.2] = 50.0
    np.fill_diagonal(weights, np.inf)
    tree = cheapest_tree(weights, 0, terminals)
    assert tree.cost == exhaustive(weights, 0, terminals)
    assert sum(weights[link] for link in tree.links) == tree.cost


@given(st.integers(0, 2**32), st.integers(3, 14), st.integers(1, 5))
def test_the_links_are_a_tree_of_the_cost_told(seed: int, nodes: int, ends: int) -> None:
    rng = np.random.default_rng(seed)
    # Few different weights, zero among them, so that nearly everything is a tie.
    weights = rng.integers(0, 3, (nodes, nodes)).astype(float)
    terminals = tuple(range(1, min(ends + 1, nodes)))
    tree = cheapest_tree(weights, 0, terminals)
    parent = {child: u for u, child in tree.links}
    assert len(parent) == len(tree.links)
    assert set(terminals) <= set(parent)
    assert all(leads_to(parent, v, 0) for v in parent)
    assert sum(weights[link] for link in tree.links) <= tree.cost + 1e-12
    inner = {u for u, _ in tree.links}
    assert all(v in terminals for v in parent if v not in inner)


def test_a_terminal_that_cannot_be_reached_costs_infinitely_much() -> None:
    weights = np.full((3, 3), np.inf)
    weights[0, 1] = 1.0
    assert cheapest_tree(weights, 0, (1, 2)).cost == np.inf


def test_without_terminals_there_is_nothing_to_pay() -> None:
    assert cheapest_tree(np.ones((2, 2)), 0, ()).links == ()


def test_shortest_paths_follow_first_steps() -> None:
    weights = np.array([[np.inf, 1.0, 9.0], [9.0, np.inf, 1.0], [1.0, 9.0, np.inf]])
    distance, hop = shortest_paths(weights)
    assert distance.tolist() == [[0, 1, 2], [2, 0, 1], [1, 2, 0]]
    assert hop[0].tolist() == [0, 1, 1]
