"""expect: exception

Forks a process to work where the clock does not look. The system call is refused.
"""

import os

import numpy as np


def rebalance(loads, num_slots, num_gpus, num_nodes, num_groups):
    if os.fork() == 0:
        while True:
            pass
    return np.tile(np.arange(num_slots) % loads.shape[2], (loads.shape[1], 1))
