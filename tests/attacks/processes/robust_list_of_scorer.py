"""Asks the kernel for the scorer's list of robust locks: a pointer into its memory, which tells
where the rest of it lies.

stopped by: seccomp, PID namespace
ends: ok
"""

import ctypes
import sys

LIBC = ctypes.CDLL(None, use_errno=True)
X86 = "x86_64" in sys.implementation._multiarch
GET_ROBUST_LIST = 274 if X86 else 100


def attempt(setup):
    head, length = ctypes.c_void_p(), ctypes.c_size_t()
    pointers = ctypes.byref(head), ctypes.byref(length)
    return LIBC.syscall(GET_ROBUST_LIST, setup.scorer_pid, *pointers) != -1


class Policy:
    def __init__(self, setup):
        self.got_through = attempt(setup)

    def decide(self, obs):
        return 2 if self.got_through else obs.last
