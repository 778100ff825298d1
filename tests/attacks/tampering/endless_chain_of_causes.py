"""Raises an exception whose causes and contexts form a circle, for whoever follows them.

stopped by: causes are not followed
ends: exception
"""


class Policy:
    def __init__(self, setup):
        pass

    def decide(self, obs):
        one, other = ValueError("one"), ValueError("other")
        one.__cause__ = one.__context__ = other
        other.__cause__ = other.__context__ = one
        raise one
