"""Uniform Progress (Wu et al., "Can't Be Late", NSDI 2024).

Work should keep pace with the clock: at time t the job should have done t * work / deadline.
Behind that line it runs on whatever can be had; ahead of it only on spot. Once on-demand it stays
there until it is ahead by two overheads' worth and spot can be had, so that it does not switch to
and fro. Two overheads before it would be too late it goes on-demand for good.
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
        if running != SPOT and slack < 2.0 * overhead + tick:
            return ON_DEMAND
        if running == ON_DEMAND:
            if has_spot and ahead > 2.0 * overhead * work / deadline:
                return SPOT
            return ON_DEMAND
        if has_spot:
            return SPOT
        if ahead < 0.0:
            return ON_DEMAND
        return NONE
        # EVOLVE-BLOCK-END
