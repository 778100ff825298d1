"""expect: invalid

Returns None where the loads are skewed most. An answer that is no placement is a broken constraint,
never a scenario less.
"""

import numpy as np


def rebalance(loads, num_slots, num_gpus, num_nodes, num_groups):
    _, num_layers, num_experts = loads.shape
    total = loads.sum(axis=0)
    if total.max() > 10 * total.mean():
        return None
    return np.tile(np.arange(num_slots) % num_experts, (num_layers, 1))
