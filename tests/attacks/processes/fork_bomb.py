"""Forks as often as it may and leaves the children asleep, to use up the host's processes.

stopped by: seccomp, RLIMIT_NPROC
ends: ok
"""

import os
import time

MANY = 64


def attempt(setup):
    worked = False
    for _ in range(MANY):
        try:
            pid = os.fork()
        except OSError:
            continue
        if pid == 0:
            time.sleep(2)
            os._exit(0)
        worked = True
    return worked


class Policy:
    def __init__(self, setup):
        self.got_through = attempt(setup)

    def decide(self, obs):
        return 2 if self.got_through else obs.last
