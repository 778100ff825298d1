"""Asks which pages of shared files are in memory, by mincore, cachestat and a peek at a mapping of
libc: the page cache tells what the scorer did.

stopped by: seccomp
ends: ok
"""

import ctypes
import sys

LIBC = ctypes.CDLL(None, use_errno=True)
X86 = "x86_64" in sys.implementation._multiarch
MINCORE = 27 if X86 else 232
CACHESTAT = 451
PAGE = 4096


def attempt(setup):
    page = ctypes.cast(LIBC.getpid, ctypes.c_void_p).value // PAGE * PAGE
    present = ctypes.create_string_buffer(16)
    seen = LIBC.syscall(MINCORE, ctypes.c_void_p(page), ctypes.c_size_t(PAGE), present) != -1
    bounds, counts = (ctypes.c_uint64 * 2)(), (ctypes.c_uint64 * 5)()
    cached = [LIBC.syscall(CACHESTAT, fd, bounds, counts, 0) != -1 for fd in range(5)]
    return seen or any(cached)


class Policy:
    def __init__(self, setup):
        self.got_through = attempt(setup)

    def decide(self, obs):
        return 2 if self.got_through else obs.last
