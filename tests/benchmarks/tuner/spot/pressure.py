"""How hard the rest presses on the time left, against the job's own average pace."""

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
        pressure = remaining * deadline / (left * work)
        if slack < 2.0 * overhead + 1.5 * tick and running != SPOT:
            return ON_DEMAND
        if running == ON_DEMAND and pressure > 0.95:
            return ON_DEMAND
        if has_spot:
            return SPOT
        if pressure > 1.1:
            return ON_DEMAND
        return NONE
        # EVOLVE-BLOCK-END
