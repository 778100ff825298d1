"""expect: invalid

Names NaN as every last column: comparisons with NaN are false, so a range check written the wrong way
round lets it through. The result must convert to integers without loss.
"""

import numpy as np


def reorder(cells, tokens, shared, determines, cache_tokens):
    num_rows, num_columns = cells.shape
    fields = np.tile(np.arange(num_columns, dtype=float), (num_rows, 1))
    fields[:, -1] = float("nan")
    return np.arange(num_rows), fields
