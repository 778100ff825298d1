"""expect: honest
twin: uniform_progress

Runs anywhere and moves to the cheapest zone just before the end, because the published simulator
priced all of a job's history where it finished. Every tick is billed where it ran.
"""

ON_DEMAND = 1
SPOT = 2


class Uniform:
    """The baseline uniform_progress, in short."""

    def __init__(self, setup):
        self.job = (setup.work_s, setup.deadline_s, setup.overhead_s, setup.tick_s)
        self.zones = setup.zones
        self.turn = 0

    def decide(self, obs):
        work, deadline, overhead, tick = self.job
        now, home, has_spot, running, done, _, refused = obs
        if refused >= 0:
            self.turn = refused
        following = (self.turn + 1) % self.zones
        if following == home:
            following = (home + 1) % self.zones
        ahead = done - work * now / deadline
        if running != SPOT and deadline - now - (work - done) < 2.0 * overhead + tick:
            return ON_DEMAND
        if running == ON_DEMAND and ahead <= 2.0 * overhead * work / deadline:
            return ON_DEMAND
        if has_spot:
            return SPOT + home
        if running != ON_DEMAND and ahead < 0.0:
            return ON_DEMAND
        return SPOT + following


class Policy(Uniform):
    def __init__(self, setup):
        super().__init__(setup)
        prices = setup[8 : 8 + setup.zones]
        self.target = SPOT + prices.index(min(prices))

    def decide(self, obs):
        work, tick = self.job[0], self.job[3]
        if obs.running and work - obs.done_s <= 2 * tick:
            return self.target
        return super().decide(obs)
