"""Raises, in the stub's own words, that the scorer has hung up, so that its process ends cleanly.

stopped by: no answer, no score
ends: exception, crash
"""

import sys


class Policy:
    def __init__(self, setup):
        self.middle = setup.steps // 2

    def decide(self, obs):
        if obs.step == self.middle:
            raise sys.modules["adrs.sandbox.child"]._HangUp
        return obs.last
