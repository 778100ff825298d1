"""Points the kernel to a false restartable sequence: at the next switch of processes the kernel
reads it, and would go on in the program wherever it says.

stopped by: the kernel's own checks
ends: crash, ok
"""

import ctypes
import os
import sys

LIBC = ctypes.CDLL(None, use_errno=True)
LIBC.pthread_self.restype = ctypes.c_ulong
X86 = "x86_64" in sys.implementation._multiarch


def attempt(setup):
    try:
        offset = ctypes.c_ssize_t.in_dll(LIBC, "__rseq_offset").value
    except ValueError:  # an older libc registers none
        return False
    if X86:
        sequence = ctypes.c_uint64.from_address(LIBC.pthread_self() + offset + 8)
        sequence.value = 1 << 62
        os.sched_yield()
    return False


class Policy:
    def __init__(self, setup):
        self.got_through = attempt(setup)

    def decide(self, obs):
        return 2 if self.got_through else obs.last
