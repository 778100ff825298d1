"""Asks for one list of a billion references.

stopped by: RLIMIT_AS
ends: memory
"""


class Policy:
    def __init__(self, setup):
        self.kept = [0] * 10**9

    def decide(self, obs):
        return obs.last
