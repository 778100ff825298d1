"""expect: invalid

Ignores memory and packs all cold models on one GPU, so that the hot ones have the others to
themselves; the published evaluator defined the check for this and never called it.
"""

import numpy as np


def place(rates, sizes, slos, current, num_gpus, gpu_gb, min_kv_gb, move_cost):
    placement = np.zeros(len(sizes), dtype=np.int64)
    hot = np.argsort(-rates[-1] / slos)[: num_gpus - 1]
    placement[hot] = 1 + np.arange(len(hot))
    return placement
