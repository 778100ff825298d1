"""Restless experts count as heavier than they are expected to be."""

# mypy: ignore-errors
# ruff: noqa

import numpy as np


# EVOLVE-BLOCK-START
def forecast(loads):
    """Expected tokens plus a margin for how much an expert's load moves."""
    weights = 0.7 ** np.arange(len(loads))[::-1]
    mean = np.tensordot(weights / weights.sum(), loads, axes=1)
    spread = np.sqrt(np.tensordot(weights / weights.sum(), (loads - mean) ** 2, axes=1))
    return mean + 0.5 * spread + 1.0


def replicate(load, num_slots):
    """Copies of each expert; a hot expert's further copies count a little more."""
    copies = [1] * len(load)
    mean = sum(load) / num_slots
    for _ in range(num_slots - len(load)):
        best = max(
            range(len(load)),
            key=lambda e: load[e] / (copies[e] + 0.1) + (0.2 * mean if copies[e] == 1 else 0.0),
        )
        copies[best] += 1
    return copies


def pack(items, num_bins, capacity):
    """Put (weight, item) pairs into bins, heaviest first, each into the lightest with room."""
    bins = [[] for _ in range(num_bins)]
    total = [0.0] * num_bins
    for weight, item in sorted(items, key=lambda pair: -pair[0]):
        best = min((b for b in range(num_bins) if len(bins[b]) < capacity), key=lambda b: total[b])
        bins[best].append(item)
        total[best] += weight
    return bins


def place(load, num_slots, num_gpus):
    """The expert in every slot of one layer; all GPUs count as one node."""
    copies = replicate(load, num_slots)
    replicas = [(load[e] / c, e) for e, c in enumerate(copies) for _ in range(c)]
    return [e for gpu in pack(replicas, num_gpus, num_slots // num_gpus) for e in gpu]


def rebalance(loads, num_slots, num_gpus, num_nodes, num_groups):
    """The expert in every slot: [layers, slots]."""
    return [place(load, num_slots, num_gpus) for load in forecast(loads).tolist()]


# EVOLVE-BLOCK-END
