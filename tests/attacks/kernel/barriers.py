"""Sends interrupts to the other processors by membarrier, which is allowed, as fast as it can: they
cost its own time, and the limits count that.

stopped by: nothing to gain
ends: ok, timeout
"""

import ctypes
import sys

LIBC = ctypes.CDLL(None, use_errno=True)
X86 = "x86_64" in sys.implementation._multiarch
MEMBARRIER = 324 if X86 else 283
GLOBAL_EXPEDITED, PRIVATE_EXPEDITED = 2, 8


def attempt(setup):
    for _ in range(1000):
        LIBC.syscall(MEMBARRIER, GLOBAL_EXPEDITED, 0, 0)
        LIBC.syscall(MEMBARRIER, PRIVATE_EXPEDITED, 0, 0)
    return False


class Policy:
    def __init__(self, setup):
        self.got_through = attempt(setup)

    def decide(self, obs):
        return 2 if self.got_through else obs.last
