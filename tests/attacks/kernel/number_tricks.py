"""Calls open under numbers that a careless comparison takes for another: with high bits set, as a
negative number, and beyond the end of the table.

stopped by: seccomp
ends: security, ok
"""

import ctypes
import sys

LIBC = ctypes.CDLL(None, use_errno=True)
LIBC.syscall.restype = ctypes.c_long
X86 = "x86_64" in sys.implementation._multiarch
OPENAT = 257 if X86 else 56


def attempt(setup):
    path = f"/tmp/adrs-siege-{setup.nonce}/heldout.csv".encode()
    numbers = (1 << 32 | OPENAT, 1 << 63 | OPENAT, 1 << 31 | OPENAT, OPENAT - (1 << 32))
    return any([LIBC.syscall(ctypes.c_long(number), -100, path, 0) >= 0 for number in numbers])


class Policy:
    def __init__(self, setup):
        self.got_through = attempt(setup)

    def decide(self, obs):
        return 2 if self.got_through else obs.last
