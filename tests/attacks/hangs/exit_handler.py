"""Registers an exit handler that loops and leaves: the process would never end by itself.

stopped by: no handlers at the end
ends: crash, timeout
"""

import atexit
import sys


@atexit.register
def loop():
    while True:
        pass


class Policy:
    def __init__(self, setup):
        pass

    def decide(self, obs):
        sys.exit(0)
