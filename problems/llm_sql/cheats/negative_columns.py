"""expect: invalid

Names one column twice, by its number and by the negative number that means the same as an index, so
that a check for repeated numbers finds none. Numbers from 0 on are columns, others are not.
"""

import numpy as np


def reorder(cells, tokens, shared, determines, cache_tokens):
    num_rows, num_columns = cells.shape
    order = np.arange(num_columns)
    order[-1] = -num_columns
    return np.arange(num_rows), np.tile(order, (num_rows, 1))
