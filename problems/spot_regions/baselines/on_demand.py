"""On-demand from the start to the end: never late, never cheap.
"""

WAIT = 0
ON_DEMAND = 1
SPOT = 2  # SPOT + z asks for spot in zone z


class Policy:
    """Decides tick by tick for one job."""

    def __init__(self, setup):
        zones = setup.zones
        self.job = (setup.work_s, setup.deadline_s, setup.overhead_s, setup.tick_s)
        self.costs = (setup.on_demand_price, setup.move_cost, setup.move_s)
        self.prices = setup[8 : 8 + zones]
        self.regions = setup[17 : 17 + zones]
        self.cheapest = SPOT + self.prices.index(min(self.prices))
        self.looks = [0] * zones
        self.hits = [0] * zones
        self.missed = [-1000000] * zones
        self.turn = 0
        self.memory = {}

    def decide(self, obs):
        now, home, has_spot, running, done, overhead_left, refused = obs
        work, deadline, overhead, tick = self.job
        on_demand_price, move_cost, move_s = self.costs
        prices, regions, cheapest = self.prices, self.regions, self.cheapest
        # How often each zone was seen, how often with spot, and when last without.
        looks, hits, missed = self.looks, self.hits, self.missed
        looks[home] += 1
        if has_spot:
            hits[home] += 1
        else:
            missed[home] = now
        if refused >= 0:
            looks[refused] += 1
            missed[refused] = now - tick
            self.turn = refused
        # The zones take turns at being asked: the next one is the one after the last refusal.
        zones = len(prices)
        following = (self.turn + 1) % zones
        if following == home:
            following = (home + 1) % zones
        here = SPOT + home
        onward = SPOT + following
        on_spot = running == SPOT
        left = deadline - now
        remaining = work - done
        slack = left - remaining
        # EVOLVE-BLOCK-START
        return ON_DEMAND
        # EVOLVE-BLOCK-END
