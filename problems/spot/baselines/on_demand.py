"""On-demand from the start to the end: never late, never cheap.
"""

NONE = 0
SPOT = 1
ON_DEMAND = 2


class Policy:
    """Decides tick by tick for one job."""

    def __init__(self, setup):
        self.job = (setup.work_s, setup.deadline_s, setup.overhead_s, setup.tick_s)
        self.prices = (setup.spot_price, setup.on_demand_price)
        self.memory = {}

    def decide(self, obs):
        now, has_spot, running, done, overhead_left, steady, seen, drops = obs
        work, deadline, overhead, tick = self.job
        left = deadline - now
        remaining = work - done
        slack = left - remaining
        # EVOLVE-BLOCK-START
        return ON_DEMAND
        # EVOLVE-BLOCK-END
