"""Writes to another descriptor than the reply pipe under a number whose low half is right, and
whose high half is not: the kernel and the filter must look at the same half.

stopped by: seccomp
ends: ok
"""

import ctypes
import sys

LIBC = ctypes.CDLL(None, use_errno=True)
LIBC.syscall.restype = ctypes.c_long
X86 = "x86_64" in sys.implementation._multiarch
WRITE = 1 if X86 else 64


def attempt(setup):
    numbers = (1, 2, 4 << 32, 1 << 32 | 1, 4 << 32 | 2, -1)
    return any([LIBC.syscall(WRITE, ctypes.c_long(fd), b"x", 1) >= 0 for fd in numbers])


class Policy:
    def __init__(self, setup):
        self.got_through = attempt(setup)

    def decide(self, obs):
        return 2 if self.got_through else obs.last
