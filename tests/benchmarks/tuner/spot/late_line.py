"""Keeps to a line that is lazy at first and catches up later."""

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
        part = now / deadline
        target = work * (0.6 * part + 0.4 * part * part)
        if running != SPOT and slack < 2.5 * overhead + tick:
            return ON_DEMAND
        if has_spot:
            if running != ON_DEMAND or done > target + 1.5 * overhead:
                return SPOT
            return ON_DEMAND
        if done < target - 0.5 * tick:
            return ON_DEMAND
        if running == ON_DEMAND and done < target + 0.02 * work:
            return ON_DEMAND
        return NONE
        # EVOLVE-BLOCK-END
