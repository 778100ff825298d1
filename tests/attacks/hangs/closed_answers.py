"""Closes the reply pipe and sleeps: the scorer sees an end, and the process does not end.

stopped by: end of the channel
ends: crash, timeout
"""

import os
import time


class Policy:
    def __init__(self, setup):
        pass

    def decide(self, obs):
        os.close(4)
        time.sleep(31_536_000)
