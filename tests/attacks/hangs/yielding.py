"""Yields its processor in an endless loop: it is always ready and never seems to work.

stopped by: watchdog
ends: timeout
"""

import os


class Policy:
    def __init__(self, setup):
        pass

    def decide(self, obs):
        while True:
            os.sched_yield()
