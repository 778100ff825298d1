"""Takes back the wish to die with the zygote, and makes itself the heir of orphans.

stopped by: seccomp
ends: ok
"""

import ctypes

LIBC = ctypes.CDLL(None, use_errno=True)
PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36


def attempt(setup):
    stays = LIBC.prctl(PR_SET_PDEATHSIG, 0, 0, 0, 0) != -1
    return LIBC.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != -1 or stays


class Policy:
    def __init__(self, setup):
        self.got_through = attempt(setup)

    def decide(self, obs):
        return 2 if self.got_through else obs.last
