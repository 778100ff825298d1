"""expect: invalid

Returns a table of its own, with the values of the most frequent row in every row, as the published
interface takes the reordered table from the program. A plan is made of places, not of values.
"""

import numpy as np


def reorder(cells, tokens, shared, determines, cache_tokens):
    times = np.bincount(cells.ravel(), minlength=len(tokens))
    common = cells[int(times[cells].sum(axis=1).argmax())]
    return np.arange(len(cells)), np.tile(common, (len(cells), 1))
