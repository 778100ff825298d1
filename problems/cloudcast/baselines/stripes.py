"""Multi-tree stripes: what Cloudcast's optimisation does (NSDI 2024), without a solver.

Links and egress that the deadline makes scarce are charged for. The cheapest tree at these charges
is found exactly (Dreyfus and Wagner, Networks 1, 1971); charges rise where it uses too much and
fall elsewhere (subgradients of the Lagrangian dual, Held and Karp 1971). The trees that come up on
the way are a pool. Stripes start on quick trees, and each is moved to the cheapest tree of the pool
for which there is room, until a round brings no gain.
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
ROUNDS = 24
STEP = 0.3  # of the way to the cost of the quick plan, were the dual linear
MEMORY = 0.7  # of earlier directions


def shortest(weights):
    """All distances, and the first step of each shortest path (Floyd and Warshall)."""
    distance = weights.copy()
    np.fill_diagonal(distance, 0.0)
    step = np.tile(np.arange(len(weights)), (len(weights), 1))
    for middle in range(len(weights)):
        through = distance[:, middle, None] + distance[middle]
        shorter = through < distance
        distance = np.where(shorter, through, distance)
        step = np.where(shorter, step[:, middle, None], step)
    return distance, step


def cheapest(weights, source, goals):
    """The parents in the cheapest tree from the source to all goals."""
    distance, step = shortest(weights)
    regions = np.arange(len(weights))
    cost = np.zeros((1 << len(goals), len(weights)))
    turn = np.zeros(cost.shape, dtype=int)  # where the tree from a region to a set of goals forks
    part = np.zeros(cost.shape, dtype=int)  # the goals of one prong of a fork there
    sets = np.arange(len(cost))
    for s in range(1, len(cost)):
        low = s & -s
        if s == low:
            goal = goals[low.bit_length() - 1]
            cost[s], turn[s] = distance[:, goal], goal
            continue
        prongs = sets[((sets & ~s) == 0) & ((sets & low) != 0) & (sets != s)]
        forks = cost[prongs] + cost[s ^ prongs]
        best = forks.argmin(axis=0)
        part[s] = prongs[best]
        through = distance + forks[best, regions]
        turn[s] = through.argmin(axis=1)
        cost[s] = through[regions, turn[s]]
    parent = [NONE] * len(weights)
    todo = [(len(cost) - 1, source)]
    while todo:
        s, u = todo.pop()
        fork = int(turn[s, u])
        while u != fork:
            v = int(step[u, fork])
            if v != source and parent[v] == NONE:
                parent[v] = u
            u = v
        if s & (s - 1):
            prong = int(part[s, fork])
            todo += [(prong, fork), (s ^ prong, fork)]
    kept = [NONE] * len(weights)
    for v in goals:
        while v != source and kept[v] == NONE:
            kept[v] = parent[v]
            v = parent[v]
    return kept


def dollars(t, tree):
    """What a stripe along a tree pays, per GB."""
    return sum(t.price[u][v] for v, u in enumerate(tree) if u != NONE)


def pool(t):
    """Cheapest trees at charges for links and egress, which come to what the deadline asks for."""
    price = np.array(t.price)
    room = np.minimum(t.budget * np.array(t.rate), 1e9) / t.num_stripes  # in copies of everything
    out_room = np.minimum(t.budget * np.array(t.egress), 1e9) / t.num_stripes
    above = sum(dollars(t, tree) for tree in t.trees) / t.num_stripes
    charge, out_charge = np.zeros_like(room), np.zeros_like(out_room)
    way, out_way = np.zeros_like(room), np.zeros_like(out_room)
    found = [list(tree) for tree in t.trees]
    for _ in range(ROUNDS):
        tree = cheapest(price + charge + out_charge[:, None], t.source, t.destinations)
        found.append(tree)
        uses = np.zeros_like(room)
        for v, u in enumerate(tree):
            if u != NONE:
                uses[u, v] = 1.0
        way = MEMORY * way + (1.0 - MEMORY) * (uses - room)
        out_way = MEMORY * out_way + (1.0 - MEMORY) * (uses.sum(axis=1) - out_room)
        way = np.where((way > 0.0) | (charge > 0.0), way, 0.0)
        out_way = np.where((out_way > 0.0) | (out_charge > 0.0), out_way, 0.0)
        steepness = (way**2).sum() + (out_way**2).sum()
        if steepness < 1e-12:
            break
        over = (charge * (uses - room)).sum() + (out_charge * (uses.sum(axis=1) - out_room)).sum()
        step = STEP * max(0.0, above - dollars(t, tree) - over) / steepness
        charge = np.maximum(0.0, charge + step * way)
        out_charge = np.maximum(0.0, out_charge + step * out_way)
    distinct = [list(tree) for tree in dict.fromkeys(map(tuple, found))]
    return sorted(distinct, key=lambda tree: dollars(t, tree))


def plan(t):
    """Move stripes from quick trees, the dearest first, to the cheapest that have room."""
    quick(t)
    trees = pool(t)
    for _ in range(4):
        before = sum(dollars(t, tree) for tree in t.trees)
        for old in sorted(t.trees, key=lambda tree: -dollars(t, tree)):
            t.trees.remove(old)
            t.add(old, -1)
            t.add(next((tree for tree in trees if t.fits(tree) >= 1), old))
        if sum(dollars(t, tree) for tree in t.trees) >= before - 1e-9:
            break
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
