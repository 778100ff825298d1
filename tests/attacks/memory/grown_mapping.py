"""Maps one page and lets mremap, which is allowed, grow it step by step.

stopped by: RLIMIT_AS
ends: ok
"""

import mmap

GOAL = 1 << 32


def attempt(setup):
    grown = mmap.mmap(-1, 1 << 12, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    try:
        while len(grown) < GOAL:
            grown.resize(2 * len(grown))
    except (OSError, ValueError, MemoryError):
        return False
    return True


class Policy:
    def __init__(self, setup):
        self.got_through = attempt(setup)

    def decide(self, obs):
        return 2 if self.got_through else obs.last
