"""Columns by the tokens that repeat in them, the same order for all rows; then rows sorted by them.

A column of mean length l with d distinct values in n rows scores l * (1 - d / n).
"""

import numpy as np


# EVOLVE-BLOCK-START
def reorder(cells, tokens, shared, determines, cache_tokens):
    """The order of rows, and of each one's fields."""
    num_rows, num_columns = cells.shape
    scores = []
    for c in range(num_columns):
        distinct = len(np.unique(cells[:, c]))
        scores.append(tokens[cells[:, c]].mean() * (1.0 - distinct / num_rows))
    order = np.argsort(-np.array(scores), kind="stable")
    rows = np.lexsort(cells[:, order].T[::-1])
    return rows, np.tile(order, (num_rows, 1))
# EVOLVE-BLOCK-END
