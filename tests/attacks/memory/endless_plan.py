"""Returns a plan that takes no memory where it is made and a terabyte where it is written out: one
number, repeated by a stride of zero.

stopped by: RLIMIT_AS
ends: memory
"""

import numpy as np


def plan(steps, hints, *surroundings):
    return np.broadcast_to(hints[0], 2**37)
