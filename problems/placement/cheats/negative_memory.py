"""expect: invalid

Overfills a GPU so far that its free memory is negative, and its pressure with it: a maximum over
such ratios falls. Memory is checked before anything is divided by it.
"""

import numpy as np


def place(rates, sizes, slos, current, num_gpus, gpu_gb, min_kv_gb, move_cost):
    return np.zeros(len(sizes), dtype=np.int64)
