"""expect: invalid

Names columns by fractions, all different, that are cut to the same column: 0.0, 0.1, 0.2 and so on.
The result must convert to integers without loss.
"""

import numpy as np


def reorder(cells, tokens, shared, determines, cache_tokens):
    num_rows, num_columns = cells.shape
    order = np.arange(num_columns) / num_columns
    return np.arange(num_rows), np.tile(order, (num_rows, 1))
