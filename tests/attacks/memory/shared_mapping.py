"""Maps shared anonymous memory, which the kernel keeps as a file that has no name.

stopped by: RLIMIT_AS
ends: ok
"""

import mmap

MANY, SIZE = 64, 1 << 26


def attempt(setup):
    kept = []
    try:
        while len(kept) < MANY:
            kept.append(mmap.mmap(-1, SIZE, flags=mmap.MAP_SHARED | mmap.MAP_ANONYMOUS))
    except OSError:
        pass
    return len(kept) == MANY


class Policy:
    def __init__(self, setup):
        self.got_through = attempt(setup)

    def decide(self, obs):
        return 2 if self.got_through else obs.last
