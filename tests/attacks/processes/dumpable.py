"""Makes itself dumpable and lets anybody trace it, so that an accomplice may open its memory.

stopped by: seccomp
ends: ok
"""

import ctypes

LIBC = ctypes.CDLL(None, use_errno=True)
PR_SET_DUMPABLE, PR_SET_PTRACER = 4, 0x59616D61


def attempt(setup):
    dumps = LIBC.prctl(PR_SET_DUMPABLE, 1, 0, 0, 0) != -1
    return LIBC.prctl(PR_SET_PTRACER, ctypes.c_ulong(-1), 0, 0, 0) != -1 or dumps


class Policy:
    def __init__(self, setup):
        self.got_through = attempt(setup)

    def decide(self, obs):
        return 2 if self.got_through else obs.last
