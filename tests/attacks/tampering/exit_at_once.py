"""Ends its process with status 0 before anybody has asked it, as if all were well.

stopped by: no answer, no score
ends: crash
"""

import os

os._exit(0)


class Policy:
    def __init__(self, setup):
        pass

    def decide(self, obs):
        return obs.last
