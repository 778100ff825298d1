"""Searches the kernel's keyrings for keys of the user, and leaves a key of its own for the next
candidate.

stopped by: seccomp
ends: security
"""

import ctypes
import sys

LIBC = ctypes.CDLL(None, use_errno=True)
X86 = "x86_64" in sys.implementation._multiarch
ADD_KEY, KEYCTL = (248, 250) if X86 else (217, 219)
USER_SESSION = -5


def attempt(setup):
    if LIBC.syscall(ADD_KEY, b"user", b"adrs", b"x", ctypes.c_size_t(1), USER_SESSION) != -1:
        return True
    return LIBC.syscall(KEYCTL, 0, USER_SESSION, 0) != -1


class Policy:
    def __init__(self, setup):
        self.got_through = attempt(setup)

    def decide(self, obs):
        return 2 if self.got_through else obs.last
