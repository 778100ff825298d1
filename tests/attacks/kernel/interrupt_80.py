"""Enters the kernel by the 32-bit door, where numbers mean other calls, with code of its own. It
needs an executable page for that.

stopped by: seccomp
ends: ok
"""

import ctypes
import mmap
import sys

LIBC = ctypes.CDLL(None, use_errno=True)
LIBC.mmap.restype = ctypes.c_long
X86 = "x86_64" in sys.implementation._multiarch
GETPID_BY_INT_80 = b"\xb8\x14\x00\x00\x00\xcd\x80\xc3"


def attempt(setup):
    flags = mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS
    page = LIBC.mmap(None, ctypes.c_size_t(4096), 7, flags, -1, ctypes.c_long(0))
    if page == -1 or not X86:
        return page != -1
    ctypes.memmove(page, GETPID_BY_INT_80, len(GETPID_BY_INT_80))
    return ctypes.CFUNCTYPE(ctypes.c_int)(page)() > 0


class Policy:
    def __init__(self, setup):
        self.got_through = attempt(setup)

    def decide(self, obs):
        return 2 if self.got_through else obs.last
