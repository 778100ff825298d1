"""expect: invalid

Returns an empty plan where little repeats: an empty order holds no row twice. Every row is sent once,
in every table.
"""

import numpy as np


def reorder(cells, tokens, shared, determines, cache_tokens):
    num_rows, num_columns = cells.shape
    times = np.bincount(cells.ravel(), minlength=len(tokens))
    alone = tokens[times == 1].sum()
    if 2 * alone > tokens[cells].sum():
        return np.zeros(0, dtype=np.int64), np.zeros((0, num_columns), dtype=np.int64)
    return np.arange(num_rows), np.tile(np.arange(num_columns), (num_rows, 1))
