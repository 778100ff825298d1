"""expect: invalid

Puts NaN in the last slot: comparisons with NaN are false, so a range check written the wrong way
round lets it through. The result must convert to integers without loss.
"""

import numpy as np


def rebalance(loads, num_slots, num_gpus, num_nodes, num_groups):
    _, num_layers, num_experts = loads.shape
    placement = np.tile(np.arange(num_slots) % num_experts, (num_layers, 1)).astype(float)
    placement[:, -1] = float("nan")
    return placement
