"""Attaches to the scorer as a debugger, to read and change everything.

stopped by: seccomp, PID namespace
ends: security
"""

import ctypes
import sys

LIBC = ctypes.CDLL(None, use_errno=True)
X86 = "x86_64" in sys.implementation._multiarch
PTRACE = 101 if X86 else 117
PTRACE_SEIZE = 0x4206


def attempt(setup):
    return LIBC.syscall(PTRACE, PTRACE_SEIZE, setup.scorer_pid, None, None) != -1


class Policy:
    def __init__(self, setup):
        self.got_through = attempt(setup)

    def decide(self, obs):
        return 2 if self.got_through else obs.last
