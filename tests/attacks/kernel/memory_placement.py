"""Chooses on which memory nodes, and under which key of protection, its pages lie.

stopped by: seccomp
ends: ok
"""

import ctypes
import sys

LIBC = ctypes.CDLL(None, use_errno=True)
X86 = "x86_64" in sys.implementation._multiarch
SET_MEMPOLICY, MBIND, PKEY_ALLOC = (238, 237, 330) if X86 else (237, 235, 289)


def attempt(setup):
    page = ctypes.c_void_p(id(None) // 4096 * 4096)
    return any(
        [
            LIBC.syscall(SET_MEMPOLICY, 0, None, ctypes.c_ulong(0)) != -1,
            LIBC.syscall(MBIND, page, ctypes.c_ulong(4096), 0, None, ctypes.c_ulong(0), 0) != -1,
            LIBC.syscall(PKEY_ALLOC, 0, 0) != -1,
        ]
    )


class Policy:
    def __init__(self, setup):
        self.got_through = attempt(setup)

    def decide(self, obs):
        return 2 if self.got_through else obs.last
