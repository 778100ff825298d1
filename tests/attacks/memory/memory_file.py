"""Makes a file in memory, which belongs to no process and is bounded by no limit of one.

stopped by: seccomp
ends: security
"""

import os


def attempt(setup):
    try:
        fd = os.memfd_create("store")
        os.truncate(fd, 1 << 20)
    except OSError:
        return False
    return True


class Policy:
    def __init__(self, setup):
        self.got_through = attempt(setup)

    def decide(self, obs):
        return 2 if self.got_through else obs.last
