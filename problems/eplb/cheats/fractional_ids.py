"""expect: invalid

Places half of one expert and half of another in a slot: 0.5 would be cut to an honest 0. The result
must convert to integers without loss.
"""

import numpy as np


def rebalance(loads, num_slots, num_gpus, num_nodes, num_groups):
    _, num_layers, num_experts = loads.shape
    return np.tile(np.arange(num_slots) % num_experts, (num_layers, 1)) + 0.5
