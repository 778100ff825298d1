"""Locks memory so that it cannot be swapped out, by mlockall and by a flag of mmap, which the
filter lets through.

stopped by: seccomp, RLIMIT_MEMLOCK
ends: ok
"""

import ctypes
import sys

LIBC = ctypes.CDLL(None, use_errno=True)
LIBC.mmap.restype = ctypes.c_long
X86 = "x86_64" in sys.implementation._multiarch
MLOCKALL = 151 if X86 else 230
READ_WRITE, PRIVATE_ANONYMOUS, LOCKED = 3, 0x22, 0x2000
SIZE = ctypes.c_size_t(1 << 26)


def attempt(setup):
    if LIBC.syscall(MLOCKALL, 3) != -1:
        return True
    flags = PRIVATE_ANONYMOUS | LOCKED
    return LIBC.mmap(None, SIZE, READ_WRITE, flags, -1, ctypes.c_long(0)) != -1


class Policy:
    def __init__(self, setup):
        self.got_through = attempt(setup)

    def decide(self, obs):
        return 2 if self.got_through else obs.last
