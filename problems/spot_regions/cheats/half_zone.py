"""expect: invalid

Answers 2.5, something between two zones, at half of each one's price. Only an integer is an action.
"""

class Policy:
    def __init__(self, setup):
        pass

    def decide(self, obs):
        return 2.5
