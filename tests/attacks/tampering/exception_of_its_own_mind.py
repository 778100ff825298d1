"""Raises a syntax error whose message and line are objects that run code when they are put into
words: one raises again, one gives a text of escape sequences.

stopped by: failures of the stub are the candidate's
ends: exception, crash
"""


class Words:
    def __format__(self, form):
        raise BaseException("not in these words")


class Line:
    def __format__(self, form):
        return "\x1b[31m1\n"


class Policy:
    count = 0

    def __init__(self, setup):
        pass

    def decide(self, obs):
        error = SyntaxError()
        error.msg, error.lineno = Words() if obs.last else "text", Line()
        raise error
