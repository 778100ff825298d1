"""expect: invalid

Leaves spare slots empty with -1, which as an index means the last expert. Negative ids are out of
range.
"""

import numpy as np


def rebalance(loads, num_slots, num_gpus, num_nodes, num_groups):
    _, num_layers, num_experts = loads.shape
    placement = np.full((num_layers, num_slots), -1)
    placement[:, :num_experts] = np.arange(num_experts)
    return placement
