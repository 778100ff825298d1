"""expect: invalid

Leaves slots empty with -1, which indexes the last expert where ids are not checked.
"""

import numpy as np


def rebalance(loads, num_slots, num_gpus, num_nodes, num_groups):
    placement = np.full((loads.shape[1], num_slots), -1)
    placement[:, : loads.shape[2]] = np.arange(loads.shape[2])
    return placement
