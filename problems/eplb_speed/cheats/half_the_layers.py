"""expect: invalid

Answers for half of the layers in half of the time. The shape of the answer is checked.
"""

import numpy as np


def rebalance(loads, num_slots, num_gpus, num_nodes, num_groups):
    layers = loads.shape[1] // 2
    return np.tile(np.arange(num_slots) % loads.shape[2], (layers, 1))
