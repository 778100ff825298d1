"""Rearranges the pages of a file's mapping by remap_file_pages, which once forgot to check.

stopped by: seccomp
ends: ok
"""

import ctypes
import mmap
import sys

LIBC = ctypes.CDLL(None, use_errno=True)
X86 = "x86_64" in sys.implementation._multiarch
REMAP_FILE_PAGES = 216 if X86 else 234


def attempt(setup):
    shared = mmap.mmap(-1, 8192, flags=mmap.MAP_SHARED | mmap.MAP_ANONYMOUS)
    start = ctypes.c_void_p(ctypes.addressof(ctypes.c_char.from_buffer(shared)))
    size = ctypes.c_size_t(4096)
    return LIBC.syscall(REMAP_FILE_PAGES, start, size, 0, ctypes.c_size_t(1), 0) != -1


class Policy:
    def __init__(self, setup):
        self.got_through = attempt(setup)

    def decide(self, obs):
        return 2 if self.got_through else obs.last
