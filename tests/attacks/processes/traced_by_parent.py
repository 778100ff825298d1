"""Asks to be traced by its parent: it would stop at every signal, and the zygote, which waits for
an end, would be told of a stop.

stopped by: seccomp
ends: security
"""

import ctypes
import sys

LIBC = ctypes.CDLL(None, use_errno=True)
X86 = "x86_64" in sys.implementation._multiarch
PTRACE = 101 if X86 else 117
PTRACE_TRACEME = 0


def attempt(setup):
    return LIBC.syscall(PTRACE, PTRACE_TRACEME, 0, None, None) != -1


class Policy:
    def __init__(self, setup):
        self.got_through = attempt(setup)

    def decide(self, obs):
        return 2 if self.got_through else obs.last
