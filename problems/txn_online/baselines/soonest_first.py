"""Online transaction scheduling: greedy.

The transaction that can start soonest by its known accesses is admitted; of equal ones the longest.
"""

WINDOW = 8
WAIT = 8


class Policy:
    """Admits transactions of one stream."""

    def __init__(self, setup):
        self.workers = setup.workers
        self.kinds = setup.kinds
        self.memory = {}

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
        best = 0
        lowest = 1e30
        for i in range(shown):
            cost = stalls[i] - 0.001 * lengths[i]
            if cost < lowest:
                best = i
                lowest = cost
        return best
        # EVOLVE-BLOCK-END
