"""Watches files by inotify and fanotify, which tell when the scorer opens the held-out data.

stopped by: seccomp
ends: ok
"""

import ctypes
import sys

LIBC = ctypes.CDLL(None, use_errno=True)
X86 = "x86_64" in sys.implementation._multiarch
FANOTIFY_INIT = 300 if X86 else 262


def attempt(setup):
    return LIBC.inotify_init1(0) != -1 or LIBC.syscall(FANOTIFY_INIT, 0, 0) != -1


class Policy:
    def __init__(self, setup):
        self.got_through = attempt(setup)

    def decide(self, obs):
        return 2 if self.got_through else obs.last
