"""expect: invalid

Puts one more field in front of every prompt, the same in all of them: a constant column of 20 kB was
once worth a hit rate of 0.99. A prompt has as many fields as the table has columns.
"""

import numpy as np


def reorder(cells, tokens, shared, determines, cache_tokens):
    num_rows, num_columns = cells.shape
    order = np.concatenate([[0], np.arange(num_columns)])
    return np.arange(num_rows), np.tile(order, (num_rows, 1))
