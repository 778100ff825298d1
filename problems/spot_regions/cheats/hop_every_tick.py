"""expect: honest
twin: uniform_progress

Goes from spot to spot, another zone every tick, because in the published simulator such a switch
cost no restart, and a preemption can only hit where one is. Every start is a launch here.
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
    def decide(self, obs):
        action = super().decide(obs)
        if action == SPOT + obs.home and self.zones > 1:
            return SPOT + (obs.home + 1) % self.zones
        return action
