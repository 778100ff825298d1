"""Opens a socket of every address family and type there is, in case that one was forgotten: the
kernel's crypto, XDP, CAN, Bluetooth, TIPC and what is yet to come.

stopped by: seccomp
ends: ok
"""

import ctypes

LIBC = ctypes.CDLL(None, use_errno=True)
FAMILIES, TYPES = range(64), range(1, 7)


def attempt(setup):
    return any([LIBC.socket(family, kind, 0) != -1 for family in FAMILIES for kind in TYPES])


class Policy:
    def __init__(self, setup):
        self.got_through = attempt(setup)

    def decide(self, obs):
        return 2 if self.got_through else obs.last
