"""expect: invalid

Places the hottest half of the experts and no others, which saves time and drops load. Every expert
must have a slot.
"""

import numpy as np


def rebalance(loads, num_slots, num_gpus, num_nodes, num_groups):
    order = np.argsort(-loads.sum(axis=0), axis=1)
    hot = order[:, : max(1, loads.shape[2] // 2)]
    return hot[:, np.arange(num_slots) % hot.shape[1]]
