"""Sleeps on the CPU clock of the scorer: the kernel arms a timer in the scorer, which pays for it
at every tick, and wakes the candidate when the scorer has worked for so long.

stopped by: PID namespace, filter of clock numbers
ends: ok
"""

import ctypes

LIBC = ctypes.CDLL(None, use_errno=True)
TIMER_ABSTIME = 1


def attempt(setup):
    clock = (~setup.scorer_pid << 3) | 2
    already = (ctypes.c_long * 2)(0, 1)
    return LIBC.clock_nanosleep(clock, TIMER_ABSTIME, ctypes.byref(already), None) == 0


class Policy:
    def __init__(self, setup):
        self.got_through = attempt(setup)

    def decide(self, obs):
        return 2 if self.got_through else obs.last
