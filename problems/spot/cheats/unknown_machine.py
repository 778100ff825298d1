"""expect: invalid

Asks for a fourth machine that has no price. An action outside the interface is a broken constraint.
"""


class Policy:
    def __init__(self, setup):
        pass

    def decide(self, obs):
        return 3
