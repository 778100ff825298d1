"""Sleeps for a year, which uses no CPU time.

stopped by: watchdog
ends: timeout
"""

import time


class Policy:
    def __init__(self, setup):
        pass

    def decide(self, obs):
        time.sleep(31_536_000)
        return obs.last
