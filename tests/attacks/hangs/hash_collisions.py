"""Fills a dictionary with numbers that all have the same hash, which makes each step a search.

stopped by: watchdog
ends: timeout
"""

import sys


class Policy:
    def __init__(self, setup):
        pass

    def decide(self, obs):
        return len({i * sys.hash_info.modulus: i for i in range(10**5)}) % 2
