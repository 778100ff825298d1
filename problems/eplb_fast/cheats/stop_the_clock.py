"""expect: timeout

Makes every clock of the interpreter stand still and then takes its time. The scorer reads the
process's clock from outside.
"""

import sys

import numpy as np


def stop(*args):
    return 0.0


def rebalance(loads, num_slots, num_gpus, num_nodes, num_groups):
    clocks = sys.modules.get("time")
    for name in ("time", "process_time", "thread_time", "perf_counter", "clock_gettime"):
        if clocks is not None:
            setattr(clocks, name, stop)
    rounds = 0
    for value in loads[-1].ravel().tolist() * 40:
        rounds += value % 3
    return np.tile(np.arange(num_slots) % loads.shape[2], (loads.shape[1], 1))
