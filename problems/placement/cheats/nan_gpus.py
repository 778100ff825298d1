"""expect: invalid

Puts the hottest model on GPU NaN: comparisons with NaN are false, so a range check written the
wrong way round lets it through. The result must convert to integers without loss.
"""

import numpy as np


def place(rates, sizes, slos, current, num_gpus, gpu_gb, min_kv_gb, move_cost):
    placement = current.astype(float)
    placement[np.argmax(rates[-1])] = float("nan")
    return placement
