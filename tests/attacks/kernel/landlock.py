"""Makes a Landlock ruleset, the one wall that a process may raise by itself, to see whether the
kernel's code for it can be reached.

stopped by: seccomp
ends: ok
"""

import ctypes

LIBC = ctypes.CDLL(None, use_errno=True)
CREATE_RULESET = 444
VERSION = 1


def attempt(setup):
    return LIBC.syscall(CREATE_RULESET, None, ctypes.c_size_t(0), VERSION) != -1


class Policy:
    def __init__(self, setup):
        self.got_through = attempt(setup)

    def decide(self, obs):
        return 2 if self.got_through else obs.last
