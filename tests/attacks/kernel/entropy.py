"""Draws random numbers from the kernel, with which two evaluations of one program would differ.

stopped by: seccomp
ends: ok
"""

import ctypes
import os
import sys

LIBC = ctypes.CDLL(None, use_errno=True)
X86 = "x86_64" in sys.implementation._multiarch
GETRANDOM = 318 if X86 else 278


def attempt(setup):
    buffer = ctypes.create_string_buffer(16)
    if LIBC.syscall(GETRANDOM, buffer, ctypes.c_size_t(16), 0) > 0:
        return True
    if LIBC.getentropy(buffer, ctypes.c_size_t(16)) == 0:
        return True
    try:
        return bool(os.getrandom(8))
    except OSError:
        return False


class Policy:
    def __init__(self, setup):
        self.got_through = attempt(setup)

    def decide(self, obs):
        return 2 if self.got_through else obs.last
