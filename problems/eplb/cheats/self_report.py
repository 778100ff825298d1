"""expect: invalid

Returns a balancedness of 1 beside the placement, as the published interface lets programs report
maps and counts of their own. The interface has one result; a second one has nowhere to go.
"""

import numpy as np


def rebalance(loads, num_slots, num_gpus, num_nodes, num_groups):
    _, num_layers, num_experts = loads.shape
    placement = np.tile(np.arange(num_slots) % num_experts, (num_layers, 1))
    return placement, 1.0
