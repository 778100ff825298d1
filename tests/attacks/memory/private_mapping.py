"""Maps four gigabytes of private memory by libc, past every allocator that Python counts.

stopped by: RLIMIT_AS
ends: ok
"""

import ctypes

LIBC = ctypes.CDLL(None, use_errno=True)
LIBC.mmap.restype = ctypes.c_long
SIZE = ctypes.c_size_t(1 << 32)
READ_WRITE, PRIVATE_ANONYMOUS, NORESERVE = 3, 0x22, 0x4000


def attempt(setup):
    for flags in (PRIVATE_ANONYMOUS, PRIVATE_ANONYMOUS | NORESERVE):
        if LIBC.mmap(None, SIZE, READ_WRITE, flags, -1, ctypes.c_long(0)) != -1:
            return True
    return False


class Policy:
    def __init__(self, setup):
        self.got_through = attempt(setup)

    def decide(self, obs):
        return 2 if self.got_through else obs.last
