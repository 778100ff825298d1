"""Installs a trace function that loops on the next line that runs, which is the stub's.

stopped by: watchdog
ends: timeout
"""

import sys


def loop(frame, event, arg):
    while event == "call" and frame.f_code.co_name != "decide":
        pass
    return loop


class Policy:
    def __init__(self, setup):
        sys.settrace(loop)

    def decide(self, obs):
        return obs.last
