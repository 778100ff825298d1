"""The greedy of DeepSeek's EPLB with its global policy: all GPUs are one node.

Every further slot goes to the expert with the highest load per copy in the whole layer, and the
copies go to the GPUs heaviest first, each to the lightest GPU with room.
"""

import numpy as np


# EVOLVE-BLOCK-START
def forecast(loads):
    """Expected tokens of every expert in the next window, in any unit: [layers, experts]."""
    return loads.sum(axis=0).astype(float)


def replicate(load, num_slots):
    """Copies of each expert: at least one each, num_slots in all."""
    copies = [1] * len(load)
    shares = list(load)  # load per copy
    mean = sum(load) / num_slots  # a yardstick for rules on loads
    for _ in range(num_slots - len(load)):
        best = 0
        highest = -1.0
        for e, share in enumerate(shares):
            if share > highest:
                best = e
                highest = share
        copies[best] += 1
        shares[best] = load[best] / copies[best]
    return copies


def pack(items, num_bins, capacity):
    """Put (weight, item) pairs into bins, `capacity` in each: a list of items per bin."""
    mean = sum(weight for weight, _ in items) / num_bins  # a yardstick for rules on weights
    bins = [[] for _ in range(num_bins)]
    total = [0.0] * num_bins
    room = [capacity] * num_bins
    candidates = list(range(num_bins))
    for weight, item in sorted(items, key=lambda pair: -pair[0]):
        best = candidates[0]
        lowest = 1e30
        for b in candidates:
            cost = total[b]
            if cost < lowest:
                best = b
                lowest = cost
        bins[best].append(item)
        total[best] += weight
        room[best] -= 1
        if room[best] == 0:
            candidates.remove(best)
    return bins


def place(load, num_slots, num_gpus):
    """The expert in every slot of one layer."""
    copies = replicate(load, num_slots)
    replicas = [(load[e] / c, e) for e, c in enumerate(copies) for _ in range(c)]
    placement = []
    for gpu in pack(replicas, num_gpus, num_slots // num_gpus):
        placement.extend(gpu)
    return placement


def rebalance(loads, num_slots, num_gpus, num_nodes, num_groups):
    """The expert in every slot: [layers, slots]."""
    expected = forecast(loads).tolist()
    return [place(load, num_slots, num_gpus) for load in expected]
# EVOLVE-BLOCK-END
