"""expect: invalid

Answers 0.0, of which a scorer that converts would make 0 and a table lookup an error. Only an
integer is an action.
"""


class Policy:
    def __init__(self, setup):
        pass

    def decide(self, obs):
        return 0.0
