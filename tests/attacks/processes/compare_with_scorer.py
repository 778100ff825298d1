"""Compares its files and memory with the scorer's by kcmp, which also orders kernel addresses.

stopped by: seccomp, PID namespace
ends: security
"""

import ctypes
import os
import sys

LIBC = ctypes.CDLL(None, use_errno=True)
X86 = "x86_64" in sys.implementation._multiarch
KCMP = 312 if X86 else 272


def attempt(setup):
    return any(
        [LIBC.syscall(KCMP, os.getpid(), setup.scorer_pid, kind, 3, 3) != -1 for kind in (0, 1)]
    )


class Policy:
    def __init__(self, setup):
        self.got_through = attempt(setup)

    def decide(self, obs):
        return 2 if self.got_through else obs.last
