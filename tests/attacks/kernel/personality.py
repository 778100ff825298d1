"""Asks for the personality in which every readable page is executable and nothing is placed at
random.

stopped by: seccomp
ends: security
"""

import ctypes

LIBC = ctypes.CDLL(None, use_errno=True)
READ_IMPLIES_EXEC, ADDR_NO_RANDOMIZE = 0x0400000, 0x0040000


def attempt(setup):
    return LIBC.personality(ctypes.c_ulong(READ_IMPLIES_EXEC | ADDR_NO_RANDOMIZE)) != -1


class Policy:
    def __init__(self, setup):
        self.got_through = attempt(setup)

    def decide(self, obs):
        return 2 if self.got_through else obs.last
