"""expect: memory

Asks for a terabyte to compare all orders in, to have the host kill the scorer. Memory is limited for
the candidate alone.
"""

import numpy as np


def reorder(cells, tokens, shared, determines, cache_tokens):
    orders = np.ones((1 << 20, 1 << 17))
    return np.arange(len(cells)), orders[: len(cells), : cells.shape[1]].astype(np.int64)
