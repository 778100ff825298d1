"""expect: invalid

Names the same expert in every slot: duplicate ids made load vanish where an indexed sum counted
them once. Here the other experts are missed, and replicas are counted.
"""

import numpy as np


def rebalance(loads, num_slots, num_gpus, num_nodes, num_groups):
    return np.zeros((loads.shape[1], num_slots), dtype=np.int64)
