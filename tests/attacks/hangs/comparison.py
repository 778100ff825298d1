"""Sorts objects whose comparison never ends, so that the loop is in C code's callback.

stopped by: watchdog
ends: timeout
"""


class Endless:
    def __lt__(self, other):
        while True:
            pass


class Policy:
    def __init__(self, setup):
        pass

    def decide(self, obs):
        return len(sorted([Endless(), Endless()])) % 2
