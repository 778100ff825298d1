"""Gives the kernel a file of its own to swap memory to, in which it could read everybody's.

stopped by: seccomp, no capabilities
ends: security
"""

import ctypes
import sys

LIBC = ctypes.CDLL(None, use_errno=True)
X86 = "x86_64" in sys.implementation._multiarch
SWAPON = 167 if X86 else 224


def attempt(setup):
    return LIBC.syscall(SWAPON, f"/tmp/adrs-siege-{setup.nonce}/drop/swap".encode(), 0) != -1


class Policy:
    def __init__(self, setup):
        self.got_through = attempt(setup)

    def decide(self, obs):
        return 2 if self.got_through else obs.last
