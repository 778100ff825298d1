"""expect: invalid

Answers with an action past the last, one beyond WAIT. An action outside the interface is a broken
constraint.
"""


class Policy:
    def __init__(self, setup):
        pass

    def decide(self, obs):
        return 9
