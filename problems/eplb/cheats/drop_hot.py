"""expect: invalid

Leaves the hottest expert of each layer without a slot, so that its load would vanish. The scorer
demands a replica of every expert.
"""

import numpy as np


def rebalance(loads, num_slots, num_gpus, num_nodes, num_groups):
    _, num_layers, num_experts = loads.shape
    placement = np.tile(np.arange(num_slots) % num_experts, (num_layers, 1))
    for layer, load in enumerate(loads.sum(axis=0)):
        placement[layer, placement[layer] == load.argmax()] = load.argmin()
    return placement
