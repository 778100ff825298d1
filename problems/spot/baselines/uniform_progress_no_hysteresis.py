"""Uniform Progress without its hysteresis: from on-demand back to spot as soon as spot can be had.

Without spot it stays on-demand, however far ahead it is, as the published policy does.
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
        ahead = done - work * now / deadline
        if running != SPOT and slack < 2 * overhead + tick:
            return ON_DEMAND
        if has_spot:
            return SPOT
        if running == ON_DEMAND:
            return ON_DEMAND
        if ahead < 0:
            return ON_DEMAND
        return NONE
        # EVOLVE-BLOCK-END
