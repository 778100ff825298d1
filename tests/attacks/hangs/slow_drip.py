"""Uses a little time in every decision, each within any limit of one call, all together too much.

stopped by: watchdog
ends: timeout
"""

import ctypes

LIBC = ctypes.CDLL(None)
CLOCK_PROCESS_CPUTIME = 2


def cpu_ms():
    now = (ctypes.c_long * 2)()
    LIBC.clock_gettime(CLOCK_PROCESS_CPUTIME, now)
    return now[0] * 1000 + now[1] / 1e6


class Policy:
    def __init__(self, setup):
        pass

    def decide(self, obs):
        end = cpu_ms() + 20
        while cpu_ms() < end:
            pass
        return obs.last
