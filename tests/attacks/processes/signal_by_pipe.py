"""Makes the scorer the owner of the request pipe, so that the kernel sends it a signal each time
that it writes a request.

stopped by: seccomp
ends: ok
"""

import ctypes
import signal

LIBC = ctypes.CDLL(None, use_errno=True)
F_SETFL, F_SETOWN, F_SETSIG, O_ASYNC = 4, 8, 10, 0x2000


def attempt(setup):
    owned = LIBC.fcntl(3, F_SETOWN, setup.scorer_pid) != -1
    LIBC.fcntl(3, F_SETSIG, signal.SIGUSR1)
    return LIBC.fcntl(3, F_SETFL, O_ASYNC) != -1 or owned


class Policy:
    def __init__(self, setup):
        self.got_through = attempt(setup)

    def decide(self, obs):
        return 2 if self.got_through else obs.last
