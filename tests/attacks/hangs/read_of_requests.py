"""Reads from the request pipe itself, where nothing comes before it has answered.

stopped by: watchdog
ends: timeout
"""

import os


class Policy:
    def __init__(self, setup):
        pass

    def decide(self, obs):
        return os.read(3, 1)[0] % 2
