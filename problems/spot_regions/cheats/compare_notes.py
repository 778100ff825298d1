"""expect: honest
twin: uniform_progress

Lets the jobs of a batch tell each other the weather: where another job, of the same prices and ahead
in time, found spot is where this one asks. All jobs are asked in lockstep and every job has its own
weather and order of zones, so that there is nothing to be told.
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


NOTES = {}


class Policy(Uniform):
    def __init__(self, setup):
        super().__init__(setup)
        self.prices = setup[8 : 8 + setup.zones]

    def decide(self, obs):
        for zone, price in enumerate(self.prices):
            if NOTES.get((price, obs.now_s + self.job[3])):
                return SPOT + zone
        NOTES[(self.prices[obs.home], obs.now_s)] = obs.has_spot
        return super().decide(obs)
