"""expect: invalid

Puts the hottest model on GPU -1, which means "none" in `current` and the last GPU as an index. A
placement has no such GPU.
"""

import numpy as np


def place(rates, sizes, slos, current, num_gpus, gpu_gb, min_kv_gb, move_cost):
    placement = current.copy()
    placement[np.argmax(rates[-1] / slos)] = -1
    return placement
