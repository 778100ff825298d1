"""Makes a page executable by pkey_mprotect, a second door to what mprotect does.

stopped by: seccomp
ends: ok
"""

import ctypes
import sys

LIBC = ctypes.CDLL(None, use_errno=True)
X86 = "x86_64" in sys.implementation._multiarch
PKEY_MPROTECT = 329 if X86 else 288


def attempt(setup):
    page = ctypes.c_void_p(id(None) // 4096 * 4096)
    return LIBC.syscall(PKEY_MPROTECT, page, ctypes.c_size_t(4096), 7, -1) != -1


class Policy:
    def __init__(self, setup):
        self.got_through = attempt(setup)

    def decide(self, obs):
        return 2 if self.got_through else obs.last
