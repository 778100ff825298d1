"""Waits for spot as long as a reserve of slack is left; the reserve shrinks with the work."""

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
        reserve = 3.0 * overhead + 2.0 * tick + 0.08 * remaining
        if running == SPOT and has_spot:
            return SPOT
        if slack < reserve:
            if has_spot and slack > 0.6 * reserve:
                return SPOT
            return ON_DEMAND
        if has_spot:
            return SPOT
        return NONE
        # EVOLVE-BLOCK-END
