"""Online transaction scheduling: Shortest Makespan First (Cheng et al., PVLDB 17, 2024).

Whenever a worker is free, the transaction with which the makespan so far is smallest is admitted,
as far as the known accesses tell; of equal ones the one that has waited longest.
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
            length = lengths[i]
            stall = stalls[i]
            cost = max(horizon, now + stall + length)
            if cost < lowest:
                best = i
                lowest = cost
        return best
        # EVOLVE-BLOCK-END
