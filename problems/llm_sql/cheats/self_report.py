"""expect: invalid

Returns a hit rate of 1 beside the plan, as published interfaces let programs report the measure
themselves. The interface has two results; a third one has nowhere to go.
"""

import numpy as np


def reorder(cells, tokens, shared, determines, cache_tokens):
    num_rows, num_columns = cells.shape
    return np.arange(num_rows), np.tile(np.arange(num_columns), (num_rows, 1)), 1.0
