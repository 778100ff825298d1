"""When spot is gone, waits about as long as gaps last, if the slack can bear it."""

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
        gap = (now - seen + 2.0 * tick) / (drops + 1)
        bearable = 0.3 * slack
        if running != SPOT and slack < 2.0 * overhead + 2.0 * tick:
            return ON_DEMAND
        if has_spot:
            if running == ON_DEMAND and steady < 0.5 * overhead:
                return ON_DEMAND
            return SPOT
        if running == ON_DEMAND:
            if slack > 0.5 * remaining:
                return NONE
            return ON_DEMAND
        if steady < min(1.5 * gap, bearable):
            return NONE
        return ON_DEMAND
        # EVOLVE-BLOCK-END
