"""expect: invalid

Returns ids that are objects, each equal to every expert and in every range. Only numbers cross the
boundary.
"""

import numpy as np


class Anything:
    def __eq__(self, other):
        return True

    def __lt__(self, other):
        return True

    __gt__ = __ge__ = __le__ = __lt__
    __hash__ = None


def rebalance(loads, num_slots, num_gpus, num_nodes, num_groups):
    placement = np.empty((loads.shape[1], num_slots), dtype=object)
    placement.fill(Anything())
    return placement
