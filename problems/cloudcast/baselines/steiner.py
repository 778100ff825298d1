"""Steiner heuristic: the tree takes in the nearest destination, by the cheapest path from itself.

This is the shortest-path heuristic of Takahashi and Matsuyama (Math. Japonica 24, 1980). Stripes
take the tree while its links and regions have room before the deadline, then the next one on what
has. A single such tree is what evolved programs for this problem arrive at.
"""

import numpy as np

NONE = -1
INF = float("inf")


class Transfer:
    """The task in plain lists, and the trees so far. Loads and room are counted in stripes."""

    def __init__(self, links, regions, source, destinations, num_stripes, budget):
        self.price, self.rate = (matrix.tolist() for matrix in links)
        self.egress, self.ingress, self.vm_price, self.cloud = (row.tolist() for row in regions)
        self.source = source
        self.destinations = destinations.tolist()
        self.num_stripes = num_stripes
        self.budget = budget  # stripes that fit into the deadline at 1 Gbit/s
        self.size = len(self.price)
        self.clear()

    def clear(self):
        """Take all trees back."""
        self.trees = []
        self.sent = [0] * self.size
        self.got = [0] * self.size
        self.carried = [[0] * self.size for _ in range(self.size)]

    def add(self, tree, times=1):
        """Let so many stripes travel along a tree, a list of parents."""
        for v, u in enumerate(tree):
            if u != NONE:
                self.sent[u] += times
                self.got[v] += times
                self.carried[u][v] += times
        self.trees += [tree] * times

    def room(self, u, v, children=0):
        """How many more stripes u can send v in time, if one goes to each of its children too."""
        out = self.budget * self.egress[u] - self.sent[u] - children
        into = self.budget * self.ingress[v] - self.got[v]
        return min(out, into, self.budget * self.rate[u][v] - self.carried[u][v]) + 1e-7

    def fits(self, tree):
        """How many more stripes can travel along a tree in time."""
        links = [(u, v) for v, u in enumerate(tree) if u != NONE]
        children = [0] * self.size
        for u, _ in links:
            children[u] += 1
        rooms = [self.room(u, v) for u, v in links]
        rooms += [(self.budget * self.egress[u] - self.sent[u]) / children[u] for u, _ in links]
        return int(min(rooms + [self.num_stripes]) + 1e-7)

    def in_time(self):
        """Whether all trees so far end before the deadline."""
        regions = range(self.size)
        sending = all(self.sent[u] <= self.budget * self.egress[u] + 1e-7 for u in regions)
        getting = all(self.got[v] <= self.budget * self.ingress[v] + 1e-7 for v in regions)
        links = [(u, v) for u in regions for v in regions if self.carried[u][v]]
        return sending and getting and all(self.room(u, v) >= 0.0 for u, v in links)

    def usable(self, tree):
        """Whether a list of parents is a tree over links that reaches every destination."""
        if len(tree) != self.size or tree[self.source] != NONE:
            return False
        if any(tree[v] == NONE for v in self.destinations):
            return False
        for v, u in enumerate(tree):
            steps = 0
            while u != NONE and steps <= self.size:
                if not 0 <= u < self.size or self.rate[u][v] == 0.0:
                    return False
                v, u, steps = u, tree[u], steps + 1
            if steps and v != self.source:
                return False
        return True


def quick(t):
    """Add the missing trees so that they end early: always the link that is busy for least long."""
    while len(t.trees) < t.num_stripes:
        tree = [NONE] * t.size
        inside, missing = [t.source], list(t.destinations)
        sent = t.sent[:]
        while missing:
            _, _, i, j = min(
                (
                    max(
                        (sent[u] + 1) / t.egress[u],
                        (t.got[v] + 1) / t.ingress[v],
                        (t.carried[u][v] + 1) / t.rate[u][v],
                    ),
                    t.price[u][v],
                    i,
                    j,
                )
                for i, u in enumerate(inside)
                for j, v in enumerate(missing)
                if t.rate[u][v] > 0.0
            )
            u, v = inside[i], missing.pop(j)
            tree[v] = u
            sent[u] += 1
            inside.append(v)
        t.add(tree)


# EVOLVE-BLOCK-START
def grow(t):
    """The next tree, each time by the cheapest path to any missing destination, or None."""
    parent = [NONE] * t.size
    children = [0] * t.size
    inside = {t.source}
    missing = set(t.destinations)
    while missing:
        reach = [0.0 if v in inside else INF for v in range(t.size)]
        came = [NONE] * t.size
        ahead = list(range(t.size))
        goal = NONE
        while ahead:
            u = min(ahead, key=reach.__getitem__)
            if u in missing or reach[u] == INF:
                goal = u
                break
            ahead.remove(u)
            for v in ahead:
                cost = reach[u] + t.price[u][v]
                if cost < reach[v] and t.room(u, v, children[u]) >= 1.0:
                    reach[v] = cost
                    came[v] = u
        if reach[goal] == INF:
            return None
        missing.discard(goal)
        while goal not in inside:
            inside.add(goal)
            parent[goal] = came[goal]
            children[came[goal]] += 1
            goal = came[goal]
    return parent


def plan(t):
    """Let every tree carry as many stripes as it can, then grow another."""
    for _ in range(t.num_stripes):
        left = t.num_stripes - len(t.trees)
        tree = grow(t) if left > 0 else None
        if tree is None:
            break
        times = min(left, t.fits(tree))
        t.add(tree, max(1, times))
# EVOLVE-BLOCK-END


def broadcast(
    price, rate, egress, ingress, vm_price, cloud,
    source, destinations, volume_gb, num_stripes, deadline_s,
):
    """Parents in every stripe's tree; where the plan falls short, quick trees fill it up in time."""
    gbit = 8.0 * volume_gb / num_stripes
    budget = deadline_s / gbit if gbit > 0.0 else 1e12
    regions = (egress, ingress, vm_price, cloud)
    t = Transfer((price, rate), regions, source, destinations, num_stripes, budget)
    plan(t)
    trees = [tree for tree in t.trees[:num_stripes] if t.usable(tree)]
    while True:
        t.clear()
        for tree in trees:
            t.add(tree)
        quick(t)
        if not trees or t.in_time():
            return t.trees
        trees = trees[: len(trees) * 3 // 4]
