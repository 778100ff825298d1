"""No information used: experts in order, and again from the first on in the spare slots."""

import numpy as np


# EVOLVE-BLOCK-START
def rebalance(loads, num_slots, num_gpus, num_nodes, num_groups):
    """The expert in every slot: [layers, slots]."""
    _, num_layers, num_experts = loads.shape
    row = np.arange(num_slots) % num_experts
    return np.tile(row, (num_layers, 1))
# EVOLVE-BLOCK-END
