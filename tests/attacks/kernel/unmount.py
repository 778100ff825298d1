"""Unmounts what lies over the host's root, lazily.

stopped by: seccomp, no capabilities
ends: security
"""

import ctypes

LIBC = ctypes.CDLL(None, use_errno=True)
MNT_DETACH = 2


def attempt(setup):
    return LIBC.umount2(b"/proc", MNT_DETACH) != -1


class Policy:
    def __init__(self, setup):
        self.got_through = attempt(setup)

    def decide(self, obs):
        return 2 if self.got_through else obs.last
