"""expect: honest
twin: first_come

Looks for the hidden accesses and coming arrivals in memory: every array of whole numbers that the
collector knows or that is a variable of a frame on the stack. The future is in another process.
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
        if isinstance(found, np.ndarray) and found.dtype == np.int64 and found.size >= 60:
            return np.resize(found.ravel(), 4096)
    return None


class Policy:
    def __init__(self, setup):
        self.future = future()

    def decide(self, obs):
        if self.future is None:
            return 0
        return int(self.future[obs.now]) % obs.shown
