"""Maps pages from the host's pool of huge pages, which is small and shared by all.

stopped by: RLIMIT_AS
ends: ok
"""

import ctypes

LIBC = ctypes.CDLL(None, use_errno=True)
LIBC.mmap.restype = ctypes.c_long
READ_WRITE, PRIVATE_ANONYMOUS_HUGE, GIGABYTE_PAGES = 3, 0x40022, 30 << 26


def attempt(setup):
    size = ctypes.c_size_t(1 << 30)
    for flags in (PRIVATE_ANONYMOUS_HUGE, PRIVATE_ANONYMOUS_HUGE | GIGABYTE_PAGES):
        if LIBC.mmap(None, size, READ_WRITE, flags, -1, ctypes.c_long(0)) != -1:
            return True
    return False


class Policy:
    def __init__(self, setup):
        self.got_through = attempt(setup)

    def decide(self, obs):
        return 2 if self.got_through else obs.last
