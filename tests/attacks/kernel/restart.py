"""Restarts the host; the number asked for only switches the keys Ctrl-Alt-Del off.

stopped by: seccomp, no capabilities
ends: security
"""

import ctypes

LIBC = ctypes.CDLL(None, use_errno=True)
CAD_OFF = 0


def attempt(setup):
    return LIBC.reboot(CAD_OFF) != -1


class Policy:
    def __init__(self, setup):
        self.got_through = attempt(setup)

    def decide(self, obs):
        return 2 if self.got_through else obs.last
