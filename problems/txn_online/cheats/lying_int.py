"""expect: invalid

Answers an integer whose comparisons all hold, so that any range check passes; its value is far out
of range. The value is copied to a plain integer before it is compared.
"""


class Agreeable(int):
    def __lt__(self, other):
        return True

    __le__ = __gt__ = __ge__ = __eq__ = __lt__
    __hash__ = int.__hash__


class Policy:
    def __init__(self, setup):
        pass

    def decide(self, obs):
        return Agreeable(1 << 40)
