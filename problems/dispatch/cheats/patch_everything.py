"""expect: honest
twin: random

Rewrites the observation's type, the builtins, numpy and the heap, so that no task takes any time and
every sum is nothing. The scorer computes in another process, with its own.
"""

import builtins
import heapq

import numpy as np


class Policy:
    def __init__(self, setup):
        pass

    def decide(self, obs):
        action = obs.sample_0
        kind = type(obs)
        kind.estimate_ms = property(lambda _: 0)
        kind.now_ms = property(lambda _: 0)
        builtins.sum = lambda *args, **kwargs: 0
        builtins.max = builtins.min
        np.cumsum = np.mean = lambda *args, **kwargs: 0
        heapq.heappush = lambda heap, item: None
        return action
