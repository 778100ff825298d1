"""Clones by clone3, whose flags are in memory where a filter cannot see them.

stopped by: seccomp
ends: ok
"""

import ctypes
import os
import signal

LIBC = ctypes.PyDLL(None, use_errno=True)
CLONE3 = 435


def attempt(setup):
    arguments = (ctypes.c_uint64 * 8)()
    arguments[4] = signal.SIGCHLD
    pid = LIBC.syscall(CLONE3, ctypes.byref(arguments), ctypes.c_size_t(64))
    if pid == 0:
        os._exit(0)
    return pid > 0


class Policy:
    def __init__(self, setup):
        self.got_through = attempt(setup)

    def decide(self, obs):
        return 2 if self.got_through else obs.last
