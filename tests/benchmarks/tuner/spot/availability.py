"""Goes on-demand when the spot time to be expected will not do for the rest."""

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
        share = (seen + 3.0 * tick) / (now + 6.0 * tick)
        lost = overhead * (drops + 1) / max(now, tick)
        expected = left * max(share - 0.5 * lost, 0.05)
        if running != SPOT and slack < 2.0 * overhead + tick:
            return ON_DEMAND
        if has_spot:
            if running == ON_DEMAND and slack < 3.0 * overhead:
                return ON_DEMAND
            return SPOT
        if remaining > 1.3 * expected + 0.5 * slack:
            return ON_DEMAND
        return NONE
        # EVOLVE-BLOCK-END
