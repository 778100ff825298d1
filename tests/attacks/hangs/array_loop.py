"""Stays in one loop of numpy's C code, which gives the interpreter's lock back but not the time.

stopped by: watchdog
ends: timeout
"""

import numpy as np


class Policy:
    def __init__(self, setup):
        pass

    def decide(self, obs):
        signal = np.ones(10**6)
        return int(np.convolve(signal, signal)[0]) % 2
