"""expect: invalid

Returns None where some key is written often. An answer that is no order is a broken constraint,
never a workload less.
"""

import numpy as np


def schedule(keys, writes, lengths, num_keys):
    written = np.bincount(keys[writes == 1], minlength=num_keys)
    if written.max(initial=0) > 20:
        return None
    return list(range(len(lengths)))
