"""expect: honest
twin: first_come

Rewrites the observation's type, the builtins and numpy, so that time stands still and nobody stalls.
The scorer computes in another process, with its own.
"""

import builtins

import numpy as np


class Policy:
    def __init__(self, setup):
        pass

    def decide(self, obs):
        kind = type(obs)
        kind.now = property(lambda _: 0)
        kind.horizon = property(lambda _: 0)
        builtins.max = builtins.min
        np.maximum = np.minimum
        np.where = np.take_along_axis = lambda *args, **kwargs: 0
        return 0
