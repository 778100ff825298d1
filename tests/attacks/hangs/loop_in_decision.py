"""Plays for a while and loops then.

stopped by: watchdog
ends: timeout
"""


class Policy:
    def __init__(self, setup):
        self.half = setup.steps // 2

    def decide(self, obs):
        while obs.step >= self.half:
            pass
        return obs.last
