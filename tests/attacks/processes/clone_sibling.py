"""Clones a process whose parent is the zygote and not itself, so that nobody who waits for this
process waits for that one.

stopped by: seccomp, RLIMIT_NPROC
ends: ok
"""

import ctypes
import os
import signal
import sys

LIBC = ctypes.PyDLL(None, use_errno=True)
X86 = "x86_64" in sys.implementation._multiarch
CLONE = 56 if X86 else 220
CLONE_PARENT = 0x8000


def attempt(setup):
    pid = LIBC.syscall(CLONE, CLONE_PARENT | signal.SIGCHLD, None, None, None, None)
    if pid == 0:
        os._exit(0)
    return pid > 0


class Policy:
    def __init__(self, setup):
        self.got_through = attempt(setup)

    def decide(self, obs):
        return 2 if self.got_through else obs.last
