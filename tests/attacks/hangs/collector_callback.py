"""Loops in a callback of the garbage collector, which runs wherever memory is taken, in the stub's
code too.

stopped by: watchdog
ends: timeout
"""

import gc


def loop(phase, info):
    while True:
        pass


class Policy:
    def __init__(self, setup):
        gc.set_threshold(1, 1, 1)
        gc.callbacks.append(loop)

    def decide(self, obs):
        return len([[[]]]) * obs.last
