"""expect: invalid

Puts models half on one GPU and half on the next, which is how the relaxed bound is reached: 0.5
would be cut to an honest 0. The result must convert to integers without loss.
"""

import numpy as np


def place(rates, sizes, slos, current, num_gpus, gpu_gb, min_kv_gb, move_cost):
    return np.minimum(current + 0.5, num_gpus - 1)
