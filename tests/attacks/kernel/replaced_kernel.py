"""Loads another kernel to boot into.

stopped by: seccomp, no capabilities
ends: security
"""

import ctypes
import sys

LIBC = ctypes.CDLL(None, use_errno=True)
X86 = "x86_64" in sys.implementation._multiarch
KEXEC_LOAD = 246 if X86 else 104


def attempt(setup):
    return LIBC.syscall(KEXEC_LOAD, None, None, None, None) != -1


class Policy:
    def __init__(self, setup):
        self.got_through = attempt(setup)

    def decide(self, obs):
        return 2 if self.got_through else obs.last
