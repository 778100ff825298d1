"""Works in short bursts and sleeps over the ticks of the clock, by which some kernels count CPU
time, so as to be charged for none of it.

stopped by: watchdog
ends: timeout
"""

import ctypes

LIBC = ctypes.CDLL(None)
HALF_A_MILLISECOND = (ctypes.c_long * 2)(0, 500_000)


class Policy:
    def __init__(self, setup):
        pass

    def decide(self, obs):
        while True:
            sum(range(20_000))
            LIBC.nanosleep(HALF_A_MILLISECOND, None)
