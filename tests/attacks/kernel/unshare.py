"""Enters a user namespace of its own, where it is root and reaches code of the kernel that only
root was meant to reach.

stopped by: seccomp
ends: security
"""

import ctypes

LIBC = ctypes.CDLL(None, use_errno=True)
CLONE_NEWUSER, CLONE_NEWNS = 0x10000000, 0x00020000


def attempt(setup):
    return LIBC.unshare(CLONE_NEWUSER | CLONE_NEWNS) != -1


class Policy:
    def __init__(self, setup):
        self.got_through = attempt(setup)

    def decide(self, obs):
        return 2 if self.got_through else obs.last
