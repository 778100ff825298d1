"""Reads the source files of adrs, among which is the simulator with its generator, by the paths
that the loaded modules carry.

stopped by: seccomp, Landlock
ends: ok
"""

import os
import sys


def attempt(setup):
    folder = os.path.dirname(sys.modules["adrs"].__file__)
    for name in ("evaluation/scoring.py", "evaluation/splits.py", "testing/attacks/game.py"):
        try:
            with open(os.path.join(folder, name)) as file:
                return bool(file.read())
        except OSError:
            continue
    return False


class Policy:
    def __init__(self, setup):
        self.got_through = attempt(setup)

    def decide(self, obs):
        return 2 if self.got_through else obs.last
