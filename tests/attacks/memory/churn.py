"""Takes most of what it may have, gives it back and takes it again, over and over: an honest limit
neither adds up what was given back nor forgets what is held.

stopped by: RLIMIT_AS
ends: ok
"""

import numpy as np


def largest():
    low, high = 0, 1 << 34
    while high - low > 1 << 20:
        middle = (low + high) // 2
        try:
            np.empty(middle, np.uint8)
            low = middle
        except MemoryError:
            high = middle
    return low


FIRST = largest()
for _ in range(10):
    np.ones(FIRST // 2, np.uint8)
LAST = largest()


class Policy:
    def __init__(self, setup):
        pass

    def decide(self, obs):
        return 2 if LAST > FIRST + (1 << 22) or FIRST > 1 << 32 else obs.last
