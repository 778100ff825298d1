"""expect: memory

Asks for a terabyte, to have the host kill the scorer. Memory is limited for the candidate alone.
"""

import numpy as np


def place(rates, sizes, slos, current, num_gpus, gpu_gb, min_kv_gb, move_cost):
    table = np.ones((1 << 20, 1 << 17))
    return table[0, : len(sizes)].astype(np.int64)
