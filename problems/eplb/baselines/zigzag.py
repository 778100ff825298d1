"""Zigzag: the greedy's replication, then copies dealt to all GPUs in a snake, heaviest first.

Rank r goes to GPU r mod G in even rounds and to GPU G - 1 - (r mod G) in odd ones: the fast
placement that published searches on this problem arrive at.
"""

import numpy as np


# EVOLVE-BLOCK-START
def replicate(load, num_slots):
    """Copies of each expert: at least one each, num_slots in all."""
    copies = np.ones(len(load), dtype=np.int64)
    for _ in range(num_slots - len(load)):
        copies[np.argmax(load / copies)] += 1
    return copies


def snake(load, num_slots, num_gpus):
    """The expert in every slot of one layer."""
    copies = replicate(load, num_slots)
    replicas = np.repeat(np.arange(len(load)), copies)
    order = np.argsort(-(load / copies)[replicas], kind="stable")
    rounds = replicas[order].reshape(num_slots // num_gpus, num_gpus)
    rounds[1::2] = rounds[1::2, ::-1].copy()
    return rounds.T.ravel()


def rebalance(loads, num_slots, num_gpus, num_nodes, num_groups):
    """The expert in every slot: [layers, slots]."""
    return np.array([snake(load, num_slots, num_gpus) for load in loads.sum(axis=0)])
# EVOLVE-BLOCK-END
