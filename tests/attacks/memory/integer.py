"""Shifts an integer by ten billion bits.

stopped by: RLIMIT_AS
ends: memory
"""


class Policy:
    def __init__(self, setup):
        pass

    def decide(self, obs):
        return (1 << 10**10 + obs.step) % 2
