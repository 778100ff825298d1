"""The published greedy (github.com/deepseek-ai/EPLB, hierarchical policy), the family's yardstick.

Groups go to nodes, heaviest first, each to the lightest node with room; on a node every further
slot goes to the expert with the highest load per copy; the copies go to the node's GPUs, heaviest
first, each to the lightest GPU with room. Where groups cannot be spread evenly over nodes, all GPUs
count as one node. Ties go to the lower number. Heaps find the lightest and the highest.
"""

import heapq
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from .simulator import Shape


def greedy(loads: NDArray[np.int64], shape: Shape) -> NDArray[np.int64]:
    """Return the expert in each slot, shape [layers, slots], for loads [layers, experts]."""
    rows = [place_layer(row, shape) for row in loads.tolist()]
    return np.array(rows, dtype=np.int64)


def place_layer(load: Sequence[float], shape: Shape) -> list[int]:
    """Return the expert in each slot of one layer, given its experts' loads."""
    nodes, groups = (shape.nodes, shape.groups) if shape.hierarchical else (1, 1)
    size = shape.experts // groups
    weights = [sum(load[start : start + size]) for start in range(0, shape.experts, size)]
    placement: list[int] = []
    for members in pack(weights, nodes):
        experts = [group * size + i for group in members for i in range(size)]
        copies = replicate([load[e] for e in experts], shape.slots // nodes)
        replicas = [e for e, count in zip(experts, copies, strict=True) for _ in range(count)]
        shares = [
            load[e] / count for e, count in zip(experts, copies, strict=True) for _ in range(count)
        ]
        for gpu in pack(shares, shape.gpus // nodes):
            placement.extend(replicas[i] for i in gpu)
    return placement


def replicate(load: Sequence[float], slots: int) -> list[int]:
    """Return how many copies each expert gets: at least one each, `slots` in all."""
    copies = [1] * len(load)
    heap = [(-weight, i) for i, weight in enumerate(load)]
    heapq.heapify(heap)
    for _ in range(slots - len(load)):
        i = heap[0][1]
        copies[i] += 1
        heapq.heapreplace(heap, (-load[i] / copies[i], i))
    return copies


def pack(weights: Sequence[float], bins: int) -> list[list[int]]:
    """Return the items of each bin, the same number in all; items are numbered by place."""
    room = len(weights) // bins
    filled: list[list[int]] = [[] for _ in range(bins)]
    heap = [(0.0, b) for b in range(bins)]
    for i in sorted(range(len(weights)), key=lambda i: -weights[i]):
        total, b = heap[0]
        filled[b].append(i)
        if len(filled[b]) < room:
            heapq.heapreplace(heap, (total + weights[i], b))
        else:
            heapq.heappop(heap)
    return filled
