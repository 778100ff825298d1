"""Recurses without end after lifting Python's own limit; the frames are on the heap. Some versions
of CPython fail with a SystemError where they should run out of memory.

stopped by: RLIMIT_AS
ends: memory, exception, crash
"""

import sys


def sink(depth):
    return sink(depth + 1)


class Policy:
    def __init__(self, setup):
        sys.setrecursionlimit(2**31 - 1)

    def decide(self, obs):
        return sink(0)
