"""Forks, to go on where the evaluation's limits and its end do not reach.

stopped by: seccomp, RLIMIT_NPROC
ends: ok
"""

import os


def attempt(setup):
    try:
        pid = os.fork()
    except OSError:
        return False
    if pid == 0:
        os._exit(0)
    return True


class Policy:
    def __init__(self, setup):
        self.got_through = attempt(setup)

    def decide(self, obs):
        return 2 if self.got_through else obs.last
