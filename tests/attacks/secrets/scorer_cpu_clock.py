"""Reads the CPU clocks of scorer, harness and zygote by their process ids. The kernel lets anybody
read them, and between two decisions they tell how long the simulator worked, and so on what.

stopped by: PID namespace, filter of clock numbers
ends: ok
"""

import ctypes
import os

LIBC = ctypes.CDLL(None, use_errno=True)


def cpu_clock(pid):
    return (~pid << 3) | 2


def attempt(setup):
    now = (ctypes.c_long * 2)()
    for pid in {setup.scorer_pid, setup.harness_pid, setup.zygote_pid, os.getppid()} - {
        0,
        os.getpid(),
    }:
        if LIBC.clock_gettime(cpu_clock(pid), ctypes.byref(now)) == 0 and any(now):
            return True
    return False


class Policy:
    def __init__(self, setup):
        self.got_through = attempt(setup)

    def decide(self, obs):
        return 2 if self.got_through else obs.last
