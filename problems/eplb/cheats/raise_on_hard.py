"""expect: exception

Raises where many GPUs make balance hard: evaluators that average over the scenarios that went well
reward it. One exception makes the whole evaluation invalid.
"""

import numpy as np


def rebalance(loads, num_slots, num_gpus, num_nodes, num_groups):
    _, num_layers, num_experts = loads.shape
    if num_gpus > 8:
        raise RuntimeError("this one is too hard")
    return np.tile(np.arange(num_slots) % num_experts, (num_layers, 1))
