"""Installs an audit hook, which cannot be removed, that loops at the first event.

stopped by: watchdog
ends: timeout
"""

import sys


def loop(event, arguments):
    while True:
        pass


class Policy:
    def __init__(self, setup):
        pass

    def decide(self, obs):
        sys.addaudithook(loop)
        compile("1", "", "eval")
        return obs.last
