"""Grows the heap by brk, the oldest call for memory, which is allowed.

stopped by: RLIMIT_AS
ends: ok
"""

import ctypes

LIBC = ctypes.CDLL(None, use_errno=True)
LIBC.sbrk.restype = ctypes.c_long
STEP, MANY = ctypes.c_long(1 << 24), 256


def attempt(setup):
    steps = 0
    while steps < MANY and LIBC.sbrk(STEP) != -1:
        steps += 1
    LIBC.sbrk(ctypes.c_long(-steps << 24))
    return steps == MANY


class Policy:
    def __init__(self, setup):
        self.got_through = attempt(setup)

    def decide(self, obs):
        return 2 if self.got_through else obs.last
