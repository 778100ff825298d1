"""Makes forbidden calls through the x32 interface: the same calls with bit 30 set, which a filter
that compares numbers does not recognise.

stopped by: seccomp
ends: security, ok
"""

import ctypes
import os
import sys

LIBC = ctypes.CDLL(None, use_errno=True)
X86 = "x86_64" in sys.implementation._multiarch
X32_BIT, FORK = 0x40000000, 57


def attempt(setup):
    if not X86:
        return False
    pid = LIBC.syscall(ctypes.c_long(X32_BIT | FORK))
    if pid == 0:
        os._exit(0)
    return pid > 0


class Policy:
    def __init__(self, setup):
        self.got_through = attempt(setup)

    def decide(self, obs):
        return 2 if self.got_through else obs.last
