"""Keeps pace with the clock, and returns to spot only once it looks settled."""

# mypy: ignore-errors
# ruff: noqa

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
        run = (seen + tick) / (drops + 1)
        if running != SPOT and slack < 2.0 * overhead + tick:
            return ON_DEMAND
        if running == SPOT and has_spot:
            return SPOT
        if has_spot:
            settled = steady >= 1.0 * tick or run > 12.0 * tick
            if running == NONE or (settled and ahead > 1.5 * overhead):
                return SPOT
        if running == ON_DEMAND and ahead < 0.03 * work:
            return ON_DEMAND
        if ahead < -0.02 * work:
            return ON_DEMAND
        return NONE
        # EVOLVE-BLOCK-END
