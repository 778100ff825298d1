"""expect: invalid

Answers at once with the experts in order. A speed counts only where balance is no worse than the
greedy's.
"""

import numpy as np


def rebalance(loads, num_slots, num_gpus, num_nodes, num_groups):
    return np.tile(np.arange(num_slots) % loads.shape[2], (loads.shape[1], 1))
