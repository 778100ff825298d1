"""Asks for the processor's input and output ports by iopl and ioperm.

stopped by: seccomp, no capabilities
ends: ok
"""

import ctypes
import sys

LIBC = ctypes.CDLL(None, use_errno=True)
X86 = "x86_64" in sys.implementation._multiarch
IOPL, IOPERM = 172, 173


def attempt(setup):
    if not X86:
        return False
    return LIBC.syscall(IOPL, 3) != -1 or LIBC.syscall(IOPERM, ctypes.c_ulong(0x80), 1, 1) != -1


class Policy:
    def __init__(self, setup):
        self.got_through = attempt(setup)

    def decide(self, obs):
        return 2 if self.got_through else obs.last
