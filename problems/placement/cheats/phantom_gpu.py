"""expect: invalid

Rents one more GPU than there is for the hottest model. GPUs are checked against their number.
"""

import numpy as np


def place(rates, sizes, slos, current, num_gpus, gpu_gb, min_kv_gb, move_cost):
    placement = current.copy()
    placement[np.argmax(rates[-1] / slos)] = num_gpus
    return placement
