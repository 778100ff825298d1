"""Backtracks through all partitions of a text within one call of C code.

stopped by: watchdog
ends: timeout
"""

import re


class Policy:
    def __init__(self, setup):
        pass

    def decide(self, obs):
        return int(re.match(r"(a+)+(a|aa)+$", "a" * 64 + "!") is not None)
