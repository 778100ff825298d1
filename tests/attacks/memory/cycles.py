"""Makes garbage in cycles with the collector switched off.

stopped by: RLIMIT_AS
ends: memory
"""

import gc


class Policy:
    def __init__(self, setup):
        gc.disable()

    def decide(self, obs):
        while True:
            cycle = [None] * 10_000
            cycle[0] = cycle
