"""expect: invalid

Moves values between rows: each column is sorted on its own, and `fields` names cells of the whole
table instead of columns. Published evaluators did not see that rows were no longer rows; here a plan
can only name columns, and cells are looked up for it.
"""

import numpy as np


def reorder(cells, tokens, shared, determines, cache_tokens):
    num_rows, num_columns = cells.shape
    sources = np.argsort(cells, axis=0, kind="stable")
    return np.arange(num_rows), sources * num_columns + np.arange(num_columns)
