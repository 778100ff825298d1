"""Connects without any of the calls that a filter looks at: io_uring takes the operation from a
queue in memory.

stopped by: seccomp
ends: security
"""

import ctypes

LIBC = ctypes.CDLL(None, use_errno=True)
IO_URING_SETUP = 425


def attempt(setup):
    params = ctypes.create_string_buffer(120)
    return LIBC.syscall(IO_URING_SETUP, 4, params) != -1


class Policy:
    def __init__(self, setup):
        self.got_through = attempt(setup)

    def decide(self, obs):
        return 2 if self.got_through else obs.last
