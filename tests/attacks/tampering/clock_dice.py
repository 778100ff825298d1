"""Reads the processor's time past the module `time` and throws dice with it: whoever is evaluated
often enough is lucky once.

stopped by: evaluated twice
ends: nondeterministic
"""

import ctypes

libc = ctypes.CDLL(None)


class Policy:
    def __init__(self, setup):
        self.parts = (ctypes.c_long * 2)()

    def decide(self, obs):
        libc.clock_gettime(1, self.parts)
        return obs.last ^ (self.parts[1] // 100 % 5 == 0)
