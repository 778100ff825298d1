"""expect: honest
twin: static

Overwrites the loads with equal ones, so that a scorer or a greedy that shared the array would find
any placement balanced and quick. The policy gets a private copy.
"""

import numpy as np


def rebalance(loads, num_slots, num_gpus, num_nodes, num_groups):
    loads.flags.writeable = True
    loads[:] = 1
    return np.tile(np.arange(num_slots) % loads.shape[2], (loads.shape[1], 1))
