"""Loads a module into the kernel, from memory and by descriptor.

stopped by: seccomp, no capabilities
ends: security
"""

import ctypes
import sys

LIBC = ctypes.CDLL(None, use_errno=True)
X86 = "x86_64" in sys.implementation._multiarch
INIT_MODULE, FINIT_MODULE = (175, 313) if X86 else (105, 273)


def attempt(setup):
    image = ctypes.create_string_buffer(b"\x7fELF", 64)
    if LIBC.syscall(FINIT_MODULE, 3, b"", 0) != -1:
        return True
    return LIBC.syscall(INIT_MODULE, image, ctypes.c_ulong(64), b"") != -1


class Policy:
    def __init__(self, setup):
        self.got_through = attempt(setup)

    def decide(self, obs):
        return 2 if self.got_through else obs.last
