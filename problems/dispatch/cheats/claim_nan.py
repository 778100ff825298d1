"""expect: invalid

Answers NaN, which compares with nothing, so that no range check can refuse it. Only an integer is an
action.
"""


class Policy:
    def __init__(self, setup):
        pass

    def decide(self, obs):
        return float("nan")
