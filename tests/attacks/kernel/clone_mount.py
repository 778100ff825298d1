"""Clones the tree of mounts by open_tree, which shows what is mounted over.

stopped by: seccomp, no capabilities
ends: security
"""

import ctypes

LIBC = ctypes.CDLL(None, use_errno=True)
OPEN_TREE = 428
OPEN_TREE_CLONE = 1


def attempt(setup):
    return LIBC.syscall(OPEN_TREE, -100, b"/", OPEN_TREE_CLONE) != -1


class Policy:
    def __init__(self, setup):
        self.got_through = attempt(setup)

    def decide(self, obs):
        return 2 if self.got_through else obs.last
