"""expect: invalid

Answers an integer that says it is a small one whenever it is compared, but indexes far outside. Its
value is copied to a plain integer before it is compared.
"""

class TwoFaced(int):
    def __lt__(self, other):
        return True

    __le__ = __gt__ = __ge__ = __eq__ = __lt__
    __hash__ = int.__hash__


class Policy:
    def __init__(self, setup):
        pass

    def decide(self, obs):
        return TwoFaced(1 << 33)
