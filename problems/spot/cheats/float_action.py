"""expect: invalid

Answers 0.5, half an instance at half the price. Only an integer is an action.
"""


class Policy:
    def __init__(self, setup):
        pass

    def decide(self, obs):
        return 0.5
