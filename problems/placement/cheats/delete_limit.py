"""expect: invalid

Changes the limits instead of keeping them: sizes to nothing and GPUs to a petabyte, in its
arguments, its globals and the frames above, as a program once deleted the variable with the memory
limit. What is scored is another process's.
"""

import sys

import numpy as np


def place(rates, sizes, slos, current, num_gpus, gpu_gb, min_kv_gb, move_cost):
    sizes[:] = 0.0
    frame = sys._getframe()
    while frame is not None:
        for name in ("gpu_gb", "GPU_MEM_SIZE", "limit", "min_kv_gb"):
            if name in frame.f_globals:
                frame.f_globals[name] = 1e6
        frame = frame.f_back
    return np.zeros(len(sizes), dtype=np.int64)
