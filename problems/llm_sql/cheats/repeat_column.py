"""expect: invalid

Sends one long column again and again and leaves out the others: published evaluators compared only
the number of rows and of characters, and a repeated cell made up for dropped ones. Each prompt must
have every column once.
"""

import numpy as np


def reorder(cells, tokens, shared, determines, cache_tokens):
    num_rows, num_columns = cells.shape
    repeated = [len(np.unique(cells[:, c])) for c in range(num_columns)]
    best = int(np.argmin(repeated))
    return np.arange(num_rows), np.full((num_rows, num_columns), best)
