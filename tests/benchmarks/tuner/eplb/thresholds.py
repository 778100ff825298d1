"""Hot experts are split down to a threshold first; then greedy; cold ones fill up."""

# mypy: ignore-errors
# ruff: noqa

import numpy as np


# EVOLVE-BLOCK-START
def forecast(loads):
    """Expected tokens: older windows count less."""
    expected = np.zeros(loads.shape[1:])
    for window in loads:
        expected = 0.75 * expected + window
    return expected


def replicate(load, num_slots):
    """Copies of each expert: first enough to come under a threshold, then by load per copy."""
    mean = sum(load) / num_slots
    copies = [1] * len(load)
    spare = num_slots - len(load)
    for e in sorted(range(len(load)), key=lambda e: -load[e]):
        while spare > 0 and load[e] / copies[e] > 1.5 * mean and copies[e] < len(load):
            copies[e] += 1
            spare -= 1
    for _ in range(spare):
        best = max(range(len(load)), key=lambda e: load[e] / (copies[e] + 0.3))
        copies[best] += 1
    return copies


def pack(items, num_bins, capacity):
    """Heaviest first into the lightest bin; a bin that would grow past a limit pays extra."""
    mean = sum(weight for weight, _ in items) / num_bins
    bins = [[] for _ in range(num_bins)]
    total = [0.0] * num_bins
    for weight, item in sorted(items, key=lambda pair: -pair[0]):
        best = -1
        lowest = 1e30
        for b in range(num_bins):
            if len(bins[b]) == capacity:
                continue
            cost = total[b] + 0.5 * mean * len(bins[b]) / capacity
            if total[b] + weight > 1.05 * mean:
                cost += 0.5 * weight
            if item in bins[b]:
                cost += 0.3 * weight
            if cost < lowest:
                best = b
                lowest = cost
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
