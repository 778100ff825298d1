"""expect: invalid

Answers -1, which in a table of prices or rules would count from the end. Actions start at 0.
"""


class Policy:
    def __init__(self, setup):
        pass

    def decide(self, obs):
        return -1
