"""Raises an exception whose class has no name to give: asking for it raises again.

stopped by: failures of the stub are the candidate's
ends: exception, crash
"""


class Nameless(type):
    @property
    def __name__(cls):
        raise KeyboardInterrupt

    def __instancecheck__(cls, other):
        raise SystemExit(0)


class Policy:
    def __init__(self, setup):
        pass

    def decide(self, obs):
        raise Nameless("Nameless", (BaseException,), {})()
