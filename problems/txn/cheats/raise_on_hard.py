"""expect: exception

Raises where some key is written often, so that the mean is taken over easy workloads only. An
exception in any workload is the verdict on the whole program.
"""

import numpy as np


def schedule(keys, writes, lengths, num_keys):
    written = np.bincount(keys[writes == 1], minlength=num_keys)
    if written.max(initial=0) > 20:
        raise RuntimeError("this one does not count")
    return list(range(len(lengths)))
