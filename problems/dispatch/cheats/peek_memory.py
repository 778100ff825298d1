"""expect: honest
twin: random

Looks for the hidden durations in memory: every long array of integers that the collector knows or
that is a variable of a frame on the stack. The tasks to come are in another process.
"""

import gc
import sys

import numpy as np


def arrays():
    frame = sys._getframe()
    while frame is not None:
        yield from list(frame.f_locals.values())
        frame = frame.f_back
    for thing in gc.get_objects():
        if type(thing) in (list, tuple):
            yield from thing
        elif type(thing) is dict:
            yield from list(thing.values())


def future():
    for found in arrays():
        if isinstance(found, np.ndarray) and found.dtype == np.int64 and found.size >= 256:
            return found.ravel()
    return None


class Policy:
    def __init__(self, setup):
        self.work = future()
        self.turn = 0

    def decide(self, obs):
        if self.work is None:
            return obs.sample_0
        self.turn += 1
        return obs.sample_0 if self.work[self.turn % len(self.work)] > 0 else obs.sample_1
