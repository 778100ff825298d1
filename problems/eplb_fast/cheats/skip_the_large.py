"""expect: invalid

Returns nothing where there are many layers, which would take long. An answer that is no placement
is a broken rule, never a scenario less.
"""

import numpy as np


def rebalance(loads, num_slots, num_gpus, num_nodes, num_groups):
    if loads.shape[1] > 32:
        return None
    return np.tile(np.arange(num_slots) % loads.shape[2], (loads.shape[1], 1))
