"""Columns with few distinct values first, the same order for all rows; then rows sorted by them."""

import numpy as np


# EVOLVE-BLOCK-START
def reorder(cells, tokens, shared, determines, cache_tokens):
    """The order of rows, and of each one's fields."""
    num_rows, num_columns = cells.shape
    distinct = [len(np.unique(cells[:, c])) for c in range(num_columns)]
    order = np.argsort(distinct, kind="stable")
    rows = np.lexsort(cells[:, order].T[::-1])
    return rows, np.tile(order, (num_rows, 1))
# EVOLVE-BLOCK-END
