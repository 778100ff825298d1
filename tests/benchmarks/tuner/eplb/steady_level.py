"""Steady experts are forecast by their mean, restless ones by the last window."""

# mypy: ignore-errors
# ruff: noqa

import numpy as np


# EVOLVE-BLOCK-START
def forecast(loads):
    """Expected tokens: the more an expert's load moves, the more its newest windows count."""
    mean = loads.mean(axis=0)
    recent = np.zeros(loads.shape[1:])
    for window in loads:
        recent = 0.4 * recent + 0.6 * window
    restless = np.abs(np.diff(loads, axis=0)).mean(axis=0) if len(loads) > 1 else 0.0 * mean
    weight = np.clip(0.3 + 1.5 * restless / (mean + 1.0), 0.2, 0.95)
    return weight * recent + (1.0 - weight) * mean


def replicate(load, num_slots):
    """Copies of each expert: every further slot goes to the highest load per copy."""
    copies = [1] * len(load)
    for _ in range(num_slots - len(load)):
        best = max(range(len(load)), key=lambda e: load[e] / copies[e])
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
