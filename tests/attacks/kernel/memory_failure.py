"""Has the kernel take a page of memory out of service, as one that is about to fail: madvise is
allowed with all of its kinds.

stopped by: no capabilities
ends: ok
"""

import ctypes
import mmap

LIBC = ctypes.CDLL(None, use_errno=True)
SOFT_OFFLINE = 101


def attempt(setup):
    area = mmap.mmap(-1, 4096, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    area[0] = 1
    page = ctypes.c_void_p(ctypes.addressof(ctypes.c_char.from_buffer(area)))
    return LIBC.madvise(page, ctypes.c_size_t(4096), SOFT_OFFLINE) != -1


class Policy:
    def __init__(self, setup):
        self.got_through = attempt(setup)

    def decide(self, obs):
        return 2 if self.got_through else obs.last
