"""Maps memory that is writable and executable, for machine code of its own.

stopped by: seccomp
ends: ok
"""

import ctypes
import mmap

LIBC = ctypes.CDLL(None, use_errno=True)
LIBC.mmap.restype = ctypes.c_long
RIGHTS = (7, 5, 4, 0x100000004)  # the last has bits that a filter of half a register misses


def attempt(setup):
    for rights in RIGHTS:
        arguments = (ctypes.c_long(rights), mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS, -1)
        if LIBC.mmap(None, ctypes.c_size_t(4096), *arguments, ctypes.c_long(0)) != -1:
            return True
    return False


class Policy:
    def __init__(self, setup):
        self.got_through = attempt(setup)

    def decide(self, obs):
        return 2 if self.got_through else obs.last
