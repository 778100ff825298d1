"""Answers with an object that is a good action when it is checked and another number when it is
written down; it counts how often it was asked.

stopped by: converted once
ends: ok
"""


class Changing:
    def __init__(self, good):
        self.good = good
        self.asked = 0

    def __index__(self):
        self.asked += 1
        return self.good if self.asked == 1 else 2

    __int__ = __index__


class Policy:
    def __init__(self, setup):
        pass

    def decide(self, obs):
        return Changing(obs.last)
