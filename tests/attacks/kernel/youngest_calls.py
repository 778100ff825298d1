"""Makes every call whose number is above those that this sandbox's authors can have known, with no
arguments.

stopped by: seccomp
ends: ok
"""

import ctypes

LIBC = ctypes.CDLL(None, use_errno=True)
FIRST, LAST = 447, 700


def attempt(setup):
    return any([LIBC.syscall(number, 0, 0, 0, 0, 0, 0) != -1 for number in range(FIRST, LAST)])


class Policy:
    def __init__(self, setup):
        self.got_through = attempt(setup)

    def decide(self, obs):
        return 2 if self.got_through else obs.last
