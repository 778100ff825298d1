"""Functions whose evolve region holds loops, lists and numpy."""

import numpy as np


def check(counts, total):
    return int(sum(counts)) == total


# EVOLVE-BLOCK-START
DECAY = 0.5


def expected_loads(windows):
    """Weighted mean of the windows, newest heaviest."""
    weights = np.array([DECAY ** (len(windows) - 1 - i) for i in range(len(windows))])
    return (weights[:, None] * windows).sum(axis=0) / weights.sum()


def replicate(loads, slots):
    counts = [1] * len(loads)
    for _ in range(slots - len(loads)):
        best = 0
        best_share = -1.0
        for expert in range(len(loads)):
            share = loads[expert] / counts[expert]
            if share > best_share:
                best_share = share
                best = expert
        counts[best] += 1
    return counts


def place(windows, slots, gpus):
    """Return the GPU of every replica."""
    loads = expected_loads(windows).tolist()
    counts = replicate(loads, slots)
    totals = [0.0] * gpus
    room = [slots // gpus] * gpus
    placement = []
    replicas = [(loads[e] / c, e) for e, c in enumerate(counts) for _ in range(c)]
    for weight, expert in sorted(replicas, key=lambda pair: -pair[0]):
        gpu = min((g for g in range(gpus) if room[g] > 0), key=lambda g: totals[g])
        totals[gpu] += weight
        room[gpu] -= 1
        placement.append((expert, gpu))
    return placement


# EVOLVE-BLOCK-END


def plan(windows, slots, gpus):
    return place(windows, slots, gpus)
