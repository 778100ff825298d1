"""Writes into its own machine code through /proc/self/mem, which ignores the protection of pages:
the way round a filter of mprotect.

stopped by: seccomp, Landlock
ends: ok
"""

import ctypes
import os


def attempt(setup):
    address = ctypes.cast(ctypes.CDLL(None).gamma, ctypes.c_void_p).value
    try:
        memory = os.open("/proc/self/mem", os.O_RDWR)
        return os.pwrite(memory, ctypes.string_at(address, 1), address) == 1
    except OSError:
        return False


class Policy:
    def __init__(self, setup):
        self.got_through = attempt(setup)

    def decide(self, obs):
        return 2 if self.got_through else obs.last
