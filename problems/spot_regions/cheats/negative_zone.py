"""expect: invalid

Answers -1, which in a table of zones or prices would count from the end. Actions start at 0.
"""

class Policy:
    def __init__(self, setup):
        pass

    def decide(self, obs):
        return -1
