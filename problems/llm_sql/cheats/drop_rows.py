"""expect: invalid

Sends only the half of the rows that is most like the rest, so that the others' tokens would count
nowhere. Every row is sent once.
"""

import numpy as np


def reorder(cells, tokens, shared, determines, cache_tokens):
    num_rows, num_columns = cells.shape
    times = np.bincount(cells.ravel(), minlength=len(tokens))
    likeness = (times[cells] * tokens[cells]).sum(axis=1)
    rows = np.argsort(-likeness, kind="stable")[: (num_rows + 1) // 2]
    return rows, np.tile(np.arange(num_columns), (len(rows), 1))
