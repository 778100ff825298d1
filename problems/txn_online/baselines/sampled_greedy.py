"""Online transaction scheduling: greedy on samples.

Of two drawn from those shown, the one that stalls less by its known accesses is admitted.
"""

import random

WINDOW = 8
WAIT = 8


class Policy:
    """Admits transactions of one stream."""

    def __init__(self, setup):
        self.workers = setup.workers
        self.kinds = setup.kinds
        self.memory = {}
        self.rng = random.Random(0)

    def decide(self, obs):
        now, shown, waiting, busy, horizon, last_kind, last_extra = obs[:7]
        ages = obs[7:15]
        lengths = obs[15:23]
        stalls = obs[23:31]
        clashes = obs[31:39]
        knowns = obs[39:47]
        writes = obs[47:55]
        kinds = obs[55:63]
        workers = self.workers
        # EVOLVE-BLOCK-START
        best = self.rng.randrange(shown)
        other = self.rng.randrange(shown)
        if stalls[other] < stalls[best]:
            best = other
        return best
        # EVOLVE-BLOCK-END
