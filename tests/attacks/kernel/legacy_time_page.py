"""Calls the old page of time functions at its fixed address, the one piece of code that is at the
same place in every process.

stopped by: seccomp
ends: ok, crash
"""

import ctypes
import sys

X86 = "x86_64" in sys.implementation._multiarch
TIME = 0xFFFFFFFFFF600400


class Policy:
    def __init__(self, setup):
        if X86:
            ctypes.CFUNCTYPE(ctypes.c_long, ctypes.c_void_p)(TIME)(None)

    def decide(self, obs):
        return obs.last
