"""Behaves in the first evaluation and not in the second, or the other way round: it counts its own
evaluations in whatever it finds, the number of its process and the addresses of its memory.

stopped by: evaluated twice, fresh process
ends: ok, nondeterministic
"""

import os


class Policy:
    def __init__(self, setup):
        self.odd = (os.getpid() + id(object()) // 4096) % 2

    def decide(self, obs):
        return obs.last ^ self.odd
