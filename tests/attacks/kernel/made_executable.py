"""Writes machine code to a page and makes the page executable afterwards.

stopped by: seccomp
ends: ok
"""

import ctypes
import mmap

LIBC = ctypes.CDLL(None, use_errno=True)
LIBC.mmap.restype = ctypes.c_void_p
PAGE = ctypes.c_size_t(4096)
GROWSDOWN = 0x01000000


def attempt(setup):
    flags = mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS
    page = LIBC.mmap(None, PAGE, 3, flags, -1, ctypes.c_long(0))
    ctypes.memmove(page, b"\xc3" * 16, 16)
    for rights in (5, 7, 4, 4 | GROWSDOWN, 0x100000005):
        if LIBC.mprotect(ctypes.c_void_p(page), PAGE, ctypes.c_long(rights)) != -1:
            return True
    return False


class Policy:
    def __init__(self, setup):
        self.got_through = attempt(setup)

    def decide(self, obs):
        return 2 if self.got_through else obs.last
