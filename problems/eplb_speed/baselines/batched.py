"""Expert placement: the greedy of DeepSeek's load balancer (EPLB), on all layers at once.

Groups go to nodes, heaviest group first, each to the lightest node with room; on a node every
further slot goes to the expert with the highest load per copy; and the copies go to the node's
GPUs, again heaviest first, each to the lightest GPU with room. Where groups cannot be spread evenly
over nodes, all GPUs count as one node. What is sequential in one layer is one array operation over
all layers and nodes.
"""

import numpy as np


# EVOLVE-BLOCK-START
def forecast(loads):
    """Expected tokens of every expert in the next window, in any unit: [layers, experts]."""
    decay = 1.0
    expected = np.zeros(loads.shape[1:])
    for window in loads:
        expected = decay * expected + window
    return expected


def pack(weight, num_bins):
    """The items in the order of bins, the same number in each bin: [rows, items]."""
    rows, items = weight.shape
    order = np.argsort(-weight, axis=1, kind="stable")
    falling = np.take_along_axis(weight, order, axis=1).T.copy()
    bins = np.zeros((items, rows), dtype=int)
    total = np.zeros((rows, num_bins))
    flat = total.ravel()
    room = np.full(rows * num_bins, items // num_bins)
    first = np.arange(rows) * num_bins
    for rank in range(items):
        best = total.argmin(axis=1)
        bins[rank] = best
        best += first
        flat[best] += falling[rank]
        room[best] -= 1
        flat[best[room[best] == 0]] = np.inf
    return np.take_along_axis(order, np.argsort(bins, axis=0, kind="stable").T, axis=1)


def replicate(weight, num_slots):
    """The item in every slot, and the copies of every item: [rows, slots], [rows, items]."""
    rows, items = weight.shape
    row = np.arange(rows)
    copies = np.ones((rows, items), dtype=int)
    item = np.tile(np.arange(num_slots) % items, (rows, 1))
    for slot in range(items, num_slots):
        share = weight / copies
        item[:, slot] = share.argmax(axis=1)
        copies[row, item[:, slot]] += 1
    return item, copies


def rebalance(loads, num_slots, num_gpus, num_nodes, num_groups):
    """The expert in every slot: [layers, slots]."""
    expected = forecast(loads)
    layers, experts = expected.shape
    if num_groups % num_nodes != 0:
        num_nodes = 1
        num_groups = 1
    size = experts // num_groups
    groups = pack(expected.reshape(layers, num_groups, size).sum(axis=2), num_nodes)
    expert = (groups[:, :, None] * size + np.arange(size)).reshape(layers, experts)
    weight = np.take_along_axis(expected, expert, axis=1).reshape(layers * num_nodes, -1)
    expert = expert.reshape(weight.shape)
    item, copies = replicate(weight, num_slots // num_nodes)
    share = np.take_along_axis(weight / copies, item, axis=1)
    dealt = np.take_along_axis(item, pack(share, num_gpus // num_nodes), axis=1)
    return np.take_along_axis(expert, dealt, axis=1).reshape(layers, num_slots)
# EVOLVE-BLOCK-END
