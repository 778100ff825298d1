"""expect: memory

Asks for a terabyte, to have the host kill the scorer. Memory is limited for the candidate alone.
"""

import numpy as np


def rebalance(loads, num_slots, num_gpus, num_nodes, num_groups):
    table = np.ones((1 << 20, 1 << 17))
    return table[: loads.shape[1], :num_slots].astype(np.int64)
