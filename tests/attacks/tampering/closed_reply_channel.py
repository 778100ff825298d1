"""Closes the channel its answers go through, and goes on.

stopped by: no answer, no score
ends: crash
"""

import os


class Policy:
    def __init__(self, setup):
        pass

    def decide(self, obs):
        os.close(4)
        return obs.last
