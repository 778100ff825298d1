"""Makes a file system by fsopen, the younger way to mount, which starts with a descriptor.

stopped by: seccomp, no capabilities
ends: security
"""

import ctypes

LIBC = ctypes.CDLL(None, use_errno=True)
FSOPEN = 430


def attempt(setup):
    return LIBC.syscall(FSOPEN, b"tmpfs", 0) != -1


class Policy:
    def __init__(self, setup):
        self.got_through = attempt(setup)

    def decide(self, obs):
        return 2 if self.got_through else obs.last
