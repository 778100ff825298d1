"""Changes the root of its mount namespace.

stopped by: seccomp, no capabilities
ends: security
"""

import ctypes
import sys

LIBC = ctypes.CDLL(None, use_errno=True)
X86 = "x86_64" in sys.implementation._multiarch
PIVOT_ROOT = 155 if X86 else 41


def attempt(setup):
    return LIBC.syscall(PIVOT_ROOT, b".", b".") != -1


class Policy:
    def __init__(self, setup):
        self.got_through = attempt(setup)

    def decide(self, obs):
        return 2 if self.got_through else obs.last
