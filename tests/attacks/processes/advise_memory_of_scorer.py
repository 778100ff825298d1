"""Throws the scorer's memory out to swap by process_madvise, to slow it down.

stopped by: seccomp, PID namespace
ends: security
"""

import ctypes

LIBC = ctypes.CDLL(None, use_errno=True)
PIDFD_OPEN, PROCESS_MADVISE = 434, 440
MADV_PAGEOUT = 21


def attempt(setup):
    pidfd = LIBC.syscall(PIDFD_OPEN, setup.scorer_pid, 0)
    page = id(None) // 4096 * 4096
    span = (ctypes.c_void_p * 2)(page, 4096)
    return LIBC.syscall(PROCESS_MADVISE, pidfd, span, 1, MADV_PAGEOUT, 0) != -1


class Policy:
    def __init__(self, setup):
        self.got_through = attempt(setup)

    def decide(self, obs):
        return 2 if self.got_through else obs.last
