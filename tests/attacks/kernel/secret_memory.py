"""Makes a memory file that even the kernel cannot read back, by memfd_secret.

stopped by: seccomp
ends: ok
"""

import ctypes

LIBC = ctypes.CDLL(None, use_errno=True)
MEMFD_SECRET = 447


def attempt(setup):
    return LIBC.syscall(MEMFD_SECRET, 0) != -1


class Policy:
    def __init__(self, setup):
        self.got_through = attempt(setup)

    def decide(self, obs):
        return 2 if self.got_through else obs.last
