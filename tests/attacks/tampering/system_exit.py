"""Leaves with SystemExit and status 0 in the middle of the game.

stopped by: no answer, no score
ends: crash
"""


class Policy:
    def __init__(self, setup):
        self.middle = setup.steps // 2

    def decide(self, obs):
        if obs.step == self.middle:
            raise SystemExit(0)
        return obs.last
