"""Executes a program by descriptor, as from a file in memory that no rule on paths has seen.

stopped by: seccomp
ends: security
"""

import ctypes
import sys

LIBC = ctypes.CDLL(None, use_errno=True)
X86 = "x86_64" in sys.implementation._multiarch
EXECVEAT = 322 if X86 else 281
AT_EMPTY_PATH = 0x1000


def attempt(setup):
    null = (ctypes.c_char_p * 1)()
    return any(
        [LIBC.syscall(EXECVEAT, fd, b"", null, null, AT_EMPTY_PATH) != -1 for fd in range(5)]
    )


class Policy:
    def __init__(self, setup):
        self.got_through = attempt(setup)

    def decide(self, obs):
        return 2 if self.got_through else obs.last
