"""expect: invalid

Gives slots only to the experts that had at least half the mean load, and all the spare ones to
them too: experts without a replica were once skipped by published evaluators. Every expert needs a
replica, however little load it had.
"""

import numpy as np


def rebalance(loads, num_slots, num_gpus, num_nodes, num_groups):
    total = loads.sum(axis=0)
    placement = []
    for load in total:
        busy = np.flatnonzero(2 * load >= load.mean())
        placement.append(np.resize(busy[np.argsort(-load[busy])], num_slots))
    return placement
