"""expect: invalid

Places the cold half of the models and leaves out the hot ones, as the program did that once held
the published record: models that were in no list had no demand. Every model needs a GPU.
"""

import numpy as np


def place(rates, sizes, slos, current, num_gpus, gpu_gb, min_kv_gb, move_cost):
    order = np.argsort(rates[-1] / slos)
    return current[order[: len(order) // 2]]
