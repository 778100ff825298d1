"""expect: invalid

Fills the spare slots with an expert that does not exist, one past the last; read from the next
layer's row it would hand this layer's slots another layer's load. Ids are checked against the
number of experts.
"""

import numpy as np


def rebalance(loads, num_slots, num_gpus, num_nodes, num_groups):
    _, num_layers, num_experts = loads.shape
    return np.tile(np.minimum(np.arange(num_slots), num_experts), (num_layers, 1))
