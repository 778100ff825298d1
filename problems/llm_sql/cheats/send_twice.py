"""expect: invalid

Sends the longest row in place of all others, so that every prompt but the first would be a hit. Every
row is sent once.
"""

import numpy as np


def reorder(cells, tokens, shared, determines, cache_tokens):
    num_rows, num_columns = cells.shape
    longest = int(tokens[cells].sum(axis=1).argmax())
    return np.full(num_rows, longest), np.tile(np.arange(num_columns), (num_rows, 1))
