"""expect: timeout

Answers most models at once and spends a second on the first one. The time of all calls together is
limited, so what is saved is worth no more than it is.
"""

import numpy as np

SPENT = []


def rebalance(loads, num_slots, num_gpus, num_nodes, num_groups):
    if not SPENT:
        SPENT.append(sum(i % 7 for i in range(20_000_000)))
    return np.tile(np.arange(num_slots) % loads.shape[2], (loads.shape[1], 1))
