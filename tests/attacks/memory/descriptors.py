"""Makes descriptors until there are none left, by pipes and copies.

stopped by: seccomp, RLIMIT_NOFILE
ends: ok
"""

import os


def attempt(setup):
    made = 0
    for make in (os.pipe, lambda: os.dup(4), lambda: os.dup2(4, 15)):
        try:
            while made < 10_000:
                make()
                made += 1
        except OSError:
            continue
    return made > 0


class Policy:
    def __init__(self, setup):
        self.got_through = attempt(setup)

    def decide(self, obs):
        return 2 if self.got_through else obs.last
