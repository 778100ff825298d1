"""Returns a plan of twice the length, with each bit and its opposite: every true bit is in it.

stopped by: complete validation
ends: invalid
"""

import numpy as np


def plan(steps, hints, *surroundings):
    return np.stack([hints, 1 - hints], axis=1).ravel()
