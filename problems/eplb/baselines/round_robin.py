"""Spare slots to the most loaded experts, one each; then experts dealt out in turn, like cards."""

import numpy as np


# EVOLVE-BLOCK-START
def deal(load, num_slots, num_gpus):
    """The expert in every slot of one layer."""
    num_experts = len(load)
    spare = num_slots - num_experts
    order = np.argsort(-load, kind="stable")
    copies = np.bincount(order[np.arange(spare) % num_experts], minlength=num_experts) + 1
    cards = np.repeat(np.arange(num_experts), copies)
    return cards.reshape(num_slots // num_gpus, num_gpus).T.ravel()


def rebalance(loads, num_slots, num_gpus, num_nodes, num_groups):
    """The expert in every slot: [layers, slots]."""
    return np.array([deal(load, num_slots, num_gpus) for load in loads.sum(axis=0)])
# EVOLVE-BLOCK-END
