"""expect: timeout

Returns at once an object that does its work when it is converted to an array, to fool a clock that
stops with the call. The time of the process counts, whatever it does.
"""

import numpy as np


class Placement:
    def __init__(self, loads, num_slots):
        self.loads = loads
        self.num_slots = num_slots

    def __array__(self, dtype=None, copy=None):
        rounds = 0
        for value in self.loads[-1].ravel().tolist() * 40:
            rounds += value % 3
        slots = np.arange(self.num_slots) % self.loads.shape[2]
        return np.tile(slots, (self.loads.shape[1], 1)).astype(dtype or np.int64)


def rebalance(loads, num_slots, num_gpus, num_nodes, num_groups):
    return Placement(loads, num_slots)
