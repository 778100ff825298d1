"""Makes descriptors of kernel objects that need no file: events, timers, signals, epoll, pids.

stopped by: seccomp
ends: ok
"""

import ctypes
import os

LIBC = ctypes.CDLL(None, use_errno=True)
PIDFD_OPEN = 434
CLOCK_MONOTONIC = 1


def attempt(setup):
    mask = ctypes.create_string_buffer(128)
    return any(
        [
            LIBC.eventfd(0, 0) != -1,
            LIBC.timerfd_create(CLOCK_MONOTONIC, 0) != -1,
            LIBC.signalfd(-1, mask, 0) != -1,
            LIBC.epoll_create1(0) != -1,
            LIBC.syscall(PIDFD_OPEN, os.getpid(), 0) != -1,
        ]
    )


class Policy:
    def __init__(self, setup):
        self.got_through = attempt(setup)

    def decide(self, obs):
        return 2 if self.got_through else obs.last
