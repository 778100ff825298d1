"""expect: invalid

Places only the layers that were best balanced in the past, so that the bad ones would not count.
The shape must be that of the instance.
"""

import numpy as np


def rebalance(loads, num_slots, num_gpus, num_nodes, num_groups):
    _, num_layers, num_experts = loads.shape
    placement = np.tile(np.arange(num_slots) % num_experts, (num_layers, 1))
    skew = loads.sum(axis=0).max(axis=1)
    return placement[np.argsort(skew)[: num_layers // 2]]
