"""Loops in the constructor, between the start of the process and the first decision.

stopped by: watchdog
ends: timeout
"""


class Policy:
    def __init__(self, setup):
        while True:
            self.setup = setup

    def decide(self, obs):
        return obs.last
