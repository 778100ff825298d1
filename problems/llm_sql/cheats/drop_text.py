"""expect: invalid

Leaves out the columns that hardly repeat, as their long texts can never be hits. A prompt has as many
fields as the table has columns.
"""

import numpy as np


def reorder(cells, tokens, shared, determines, cache_tokens):
    num_rows, num_columns = cells.shape
    distinct = np.array([len(np.unique(cells[:, c])) for c in range(num_columns)])
    order = np.argsort(distinct, kind="stable")[: max(1, num_columns // 2)]
    return np.lexsort(cells[:, order].T[::-1]), np.tile(order, (num_rows, 1))
