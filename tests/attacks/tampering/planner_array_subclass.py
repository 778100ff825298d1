"""Returns an array of a class of its own whose shape, type, copies and bytes all lie, one after the
other and differently each time.

stopped by: plain arrays
ends: ok
"""

import numpy as np


class Liar(np.ndarray):
    asked = 0

    @property
    def nbytes(self):
        return 2**40

    def astype(self, *arguments, **options):
        Liar.asked += 1
        return self

    def tobytes(self, *arguments):
        return b"\xff" * 2**16

    def __array__(self, *arguments, **options):
        return np.full(3, 2)

    def __array_finalize__(self, other):
        Liar.asked += 1

    def __len__(self):
        return 10**9


def plan(steps, hints, *surroundings):
    return hints.view(Liar)
