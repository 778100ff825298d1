"""Changes its root folder, the first step of the classic way out of one.

stopped by: seccomp, no capabilities
ends: security
"""

import os


def attempt(setup):
    try:
        os.chroot(".")
    except OSError:
        return False
    return True


class Policy:
    def __init__(self, setup):
        self.got_through = attempt(setup)

    def decide(self, obs):
        return 2 if self.got_through else obs.last
