"""Where the rest of the job is expected to cost least, by what was seen so far.

A zone is expected to have spot as often as it had when it was seen (at first three times of four);
without spot the job would run on-demand. A zone that had none a while ago will cost some hours of
that the more surely the shorter ago it was; a launch elsewhere costs its overhead and its egress.
The zone with the least sum is asked for, also while spot runs at home. When that is home and home
has none, the job waits, or behind Uniform Progress's line goes on-demand, and goes on asking there,
where a refusal costs nothing.
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
        ahead = done - work * now / deadline
        if not on_spot and slack < 2.0 * overhead + tick:
            return ON_DEMAND
        best, least = home, 1e9
        for zone in range(zones):
            price = prices[zone]
            chance = (hits[zone] + 9.0) / (looks[zone] + 12.0)
            hours = (1.0 - chance) * remaining / 3600.0
            if zone != home or not has_spot:
                hours += 3.0 * 7200.0 / (now - missed[zone] + 7200.0)
            cost = price * remaining / 3600.0 + (on_demand_price - price) * hours
            if zone != home:
                cost += price * overhead / 3600.0
                if regions[zone] != regions[home]:
                    cost += move_cost + price * move_s / 3600.0
            if cost < least:
                best, least = zone, cost
        if has_spot:
            return SPOT + best
        if best != home and (running == ON_DEMAND or ahead > 0.0):
            return SPOT + best
        if running == ON_DEMAND or ahead < 0.0:
            return ON_DEMAND
        return WAIT
        # EVOLVE-BLOCK-END
