"""Asks for a numpy array that is larger than the host's memory and is filled with ones.

stopped by: RLIMIT_AS
ends: memory
"""

import numpy as np


class Policy:
    def __init__(self, setup):
        pass

    def decide(self, obs):
        return int(np.ones(10**11)[obs.step])
