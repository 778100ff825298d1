"""Moves itself, and the scorer, to other processors than they were put on.

stopped by: seccomp
ends: ok
"""

import os


def attempt(setup):
    for pid in (0, setup.scorer_pid):
        try:
            os.sched_setaffinity(pid, {0, 1})
        except OSError:
            continue
        return True
    return False


class Policy:
    def __init__(self, setup):
        self.got_through = attempt(setup)

    def decide(self, obs):
        return 2 if self.got_through else obs.last
