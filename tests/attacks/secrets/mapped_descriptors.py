"""Maps every descriptor that may have been inherited: mmap is allowed, and reads without read.

stopped by: closed descriptors
ends: ok
"""

import ctypes

LIBC = ctypes.CDLL(None, use_errno=True)
LIBC.mmap.restype = ctypes.c_long
PROT_READ, MAP_PRIVATE, MAP_SHARED = 1, 2, 1


def attempt(setup):
    for fd in range(1024):
        for kind in (MAP_PRIVATE, MAP_SHARED):
            if LIBC.mmap(None, ctypes.c_size_t(4096), PROT_READ, kind, fd, ctypes.c_long(0)) != -1:
                return True
    return False


class Policy:
    def __init__(self, setup):
        self.got_through = attempt(setup)

    def decide(self, obs):
        return 2 if self.got_through else obs.last
