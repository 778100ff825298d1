"""Sums an iterator that has no end, without a step of Python code in between.

stopped by: watchdog
ends: timeout
"""

import itertools


class Policy:
    def __init__(self, setup):
        pass

    def decide(self, obs):
        return sum(itertools.repeat(0)) + obs.last
