"""Writes the first half of an answer's header and sleeps, so that the scorer waits for the rest.

stopped by: watchdog
ends: timeout
"""

import os
import time


class Policy:
    def __init__(self, setup):
        pass

    def decide(self, obs):
        os.write(4, bytes(8))
        time.sleep(31_536_000)
