"""Enters and registers with a ring that somebody else set up, instead of setting up one.

stopped by: seccomp, closed descriptors
ends: security
"""

import ctypes

LIBC = ctypes.CDLL(None, use_errno=True)
IO_URING_ENTER = 426


def attempt(setup):
    return any([LIBC.syscall(IO_URING_ENTER, fd, 1, 0, 0, None, 0) != -1 for fd in range(64)])


class Policy:
    def __init__(self, setup):
        self.got_through = attempt(setup)

    def decide(self, obs):
        return 2 if self.got_through else obs.last
