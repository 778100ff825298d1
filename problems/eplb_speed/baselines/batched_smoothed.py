"""The published greedy's steps without its hierarchy, on a moving average, on all layers at once."""

import numpy as np


# EVOLVE-BLOCK-START
def forecast(loads):
    """Expected tokens of every expert in the next window, in any unit: [layers, experts]."""
    newest = 0.5
    expected = loads[0].astype(float)
    for window in loads[1:]:
        expected = (1.0 - newest) * expected + newest * window
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
        np.putmask(flat, np.equal(room, 0), np.inf)
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
    weight = forecast(loads)
    item, copies = replicate(weight, num_slots)
    share = np.take_along_axis(weight / copies, item, axis=1)
    return np.take_along_axis(item, pack(share, num_gpus), axis=1)
# EVOLVE-BLOCK-END
