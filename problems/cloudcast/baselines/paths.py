"""Minimum-cost paths: each destination is sent to along the cheapest path from the source.

Stripes take the tree of these paths while its links and regions have room before the deadline, then
the tree of the cheapest paths over what has. Where paths meet, the data travels once.
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
    """The next tree: the cheapest path to each destination in turn; None where there is no room."""
    trail = 1.0  # how much of the way from the source to a place in the tree counts again
    parent = [NONE] * t.size
    paid = [INF] * t.size  # $ per GB from the source to what is in the tree
    paid[t.source] = 0.0
    children = [0] * t.size
    for goal in t.destinations:
        if paid[goal] < INF:
            continue
        reach = [trail * dollars if dollars < INF else INF for dollars in paid]
        came = [NONE] * t.size
        ahead = list(range(t.size))
        for _ in range(t.size):
            u = min(ahead, key=reach.__getitem__)
            if u == goal or reach[u] == INF:
                break
            ahead.remove(u)
            for v in ahead:
                price = t.price[u][v]
                cost = reach[u] + price
                if cost < reach[v] and paid[v] == INF and t.room(u, v, children[u]) >= 1.0:
                    reach[v] = cost
                    came[v] = u
        path = [goal]
        for _ in range(t.size):
            if paid[path[-1]] < INF or came[path[-1]] == NONE:
                break
            path.append(came[path[-1]])
        if paid[path[-1]] == INF:
            return None
        for u, v in zip(path[::-1], path[-2::-1]):
            parent[v] = u
            paid[v] = paid[u] + t.price[u][v]
            children[u] += 1
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
