"""Forks by libc's vfork, a system call of its own on some architectures.

stopped by: seccomp, RLIMIT_NPROC
ends: ok
"""

import ctypes
import os

LIBC = ctypes.PyDLL(None, use_errno=True)


def attempt(setup):
    pid = LIBC.vfork()
    if pid == 0:
        os._exit(0)
    return pid > 0


class Policy:
    def __init__(self, setup):
        self.got_through = attempt(setup)

    def decide(self, obs):
        return 2 if self.got_through else obs.last
