"""Starts a program by posix_spawn, and by libc's system and popen.

stopped by: seccomp, RLIMIT_NPROC
ends: ok
"""

import ctypes
import os

LIBC = ctypes.CDLL(None)
LIBC.popen.restype = ctypes.c_void_p


def attempt(setup):
    if LIBC.system(b"true") == 0 or LIBC.popen(b"true", b"r"):
        return True
    try:
        os.posix_spawn("/bin/true", ["true"], {})
    except OSError:
        return False
    return True


class Policy:
    def __init__(self, setup):
        self.got_through = attempt(setup)

    def decide(self, obs):
        return 2 if self.got_through else obs.last
