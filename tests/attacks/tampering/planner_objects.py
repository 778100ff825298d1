"""Returns a list of objects that turn themselves into other numbers each time they are converted.

stopped by: numbers only
ends: invalid
"""

import itertools


class Number:
    values = itertools.count(-(2**70))

    def __int__(self):
        return next(Number.values)

    __index__ = __float__ = __int__


def plan(steps, hints, *surroundings):
    return [Number() for _ in range(steps)]
