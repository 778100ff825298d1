"""Answers with more decisions than questions: the list that its stub collects them in grows from a
trace function, in the moment it is returned.

stopped by: message form
ends: crash, security
"""

import sys


def trace(frame, event, argument):
    if event == "return" and "decisions" in frame.f_locals:
        frame.f_locals["decisions"].extend([1] * 8)
    return trace


class Policy:
    def __init__(self, setup):
        sys.settrace(trace)
        frame = sys._getframe()
        while frame is not None:
            frame.f_trace = trace
            frame = frame.f_back

    def decide(self, obs):
        return obs.last
