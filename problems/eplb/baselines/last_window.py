"""The greedy of DeepSeek's EPLB on the last window alone, as the published evaluators feed it."""

import numpy as np


def groups_of(num_experts, num_groups):
    """Return the experts of each group."""
    size = num_experts // num_groups
    return [list(range(g * size, (g + 1) * size)) for g in range(num_groups)]


# EVOLVE-BLOCK-START
def forecast(loads):
    """Expected tokens of every expert in the next window, in any unit: [layers, experts]."""
    return loads[-1].astype(float)


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


def place(load, num_slots, num_gpus, num_nodes, num_groups):
    """The expert in every slot of one layer."""
    if num_groups % num_nodes != 0:
        num_nodes = 1
        num_groups = 1
    groups = [(sum(load[e] for e in g), g) for g in groups_of(len(load), num_groups)]
    placement = []
    for members in pack(groups, num_nodes, num_groups // num_nodes):
        experts = [e for group in members for e in group]
        copies = replicate([load[e] for e in experts], num_slots // num_nodes)
        replicas = [(load[e] / c, e) for e, c in zip(experts, copies) for _ in range(c)]
        for gpu in pack(replicas, num_gpus // num_nodes, num_slots // num_gpus):
            placement.extend(gpu)
    return placement


def rebalance(loads, num_slots, num_gpus, num_nodes, num_groups):
    """The expert in every slot: [layers, slots]."""
    expected = forecast(loads).tolist()
    return [place(load, num_slots, num_gpus, num_nodes, num_groups) for load in expected]
# EVOLVE-BLOCK-END
