"""Closes the channel its questions come through after the last but one, to be done early.

stopped by: no answer, no score
ends: crash
"""

import os


class Policy:
    def __init__(self, setup):
        self.steps = setup.steps

    def decide(self, obs):
        if obs.step == self.steps - 2:
            try:
                os.close(3)
            except OSError:
                pass
        return obs.last
