"""Experts in order, the spare slots to the first ones: no time, and no balance."""

import numpy as np


# EVOLVE-BLOCK-START
def rebalance(loads, num_slots, num_gpus, num_nodes, num_groups):
    """The expert in every slot: [layers, slots]."""
    return np.tile(np.arange(num_slots) % loads.shape[2], (loads.shape[1], 1))
# EVOLVE-BLOCK-END
