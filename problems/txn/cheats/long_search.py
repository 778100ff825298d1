"""expect: timeout

Saves up the time of all workloads for the first one, where it tries many random orders. Every
workload has a limit of its own.
"""

import random

SEARCHED = []


def schedule(keys, writes, lengths, num_keys):
    order = list(range(len(lengths)))
    if not SEARCHED:
        SEARCHED.append(True)
        for _ in range(30_000):
            random.shuffle(order)
    return order
