"""No reordering: rows and fields as the query returns them."""

import numpy as np


# EVOLVE-BLOCK-START
def reorder(cells, tokens, shared, determines, cache_tokens):
    """The order of rows, and of each one's fields."""
    num_rows, num_columns = cells.shape
    return np.arange(num_rows), np.tile(np.arange(num_columns), (num_rows, 1))
# EVOLVE-BLOCK-END
