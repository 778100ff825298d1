"""Answers with an int that is 7 and says that it is smaller than everything and equal to all.

stopped by: exact ints
ends: invalid
"""


class Lie(int):
    def __eq__(self, other):
        return True

    def __lt__(self, other):
        return True

    def __ge__(self, other):
        return True

    def __hash__(self):
        return 1

    def __index__(self):
        return self


class Policy:
    def __init__(self, setup):
        pass

    def decide(self, obs):
        return Lie(7)
