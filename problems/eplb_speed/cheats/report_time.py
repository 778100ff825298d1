"""expect: invalid

Returns a time of its own beside the placement. The interface has one result, and the scorer its own
clock.
"""

import numpy as np


def rebalance(loads, num_slots, num_gpus, num_nodes, num_groups):
    placement = np.tile(np.arange(num_slots) % loads.shape[2], (loads.shape[1], 1))
    return placement, 1e-9
