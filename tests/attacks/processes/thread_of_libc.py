"""Starts a thread of libc's, of which Python knows nothing, at a function of libc's.

stopped by: seccomp, RLIMIT_NPROC
ends: ok
"""

import ctypes


def attempt(setup):
    libc = ctypes.CDLL(None)
    thread = ctypes.c_ulong()
    start = ctypes.cast(libc.getpid, ctypes.c_void_p)
    return libc.pthread_create(ctypes.byref(thread), None, start, None) == 0


class Policy:
    def __init__(self, setup):
        self.got_through = attempt(setup)

    def decide(self, obs):
        return 2 if self.got_through else obs.last
