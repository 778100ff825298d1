"""expect: invalid

Uses twice the slots there are, so that hot experts could have many replicas. The shape must be that
of the instance.
"""

import numpy as np


def rebalance(loads, num_slots, num_gpus, num_nodes, num_groups):
    _, num_layers, num_experts = loads.shape
    return np.tile(np.arange(2 * num_slots) % num_experts, (num_layers, 1))
