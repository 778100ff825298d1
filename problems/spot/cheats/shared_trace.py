"""expect: honest
twin: uniform_progress

Lets the jobs of a batch tell each other the weather: what another job saw at later ticks of what
looks like the same trace is taken for this job's future. All jobs are asked in lockstep and every
trace has its own seed, so that there is nothing to be told.
"""

NONE = 0
SPOT = 1
ON_DEMAND = 2


class Uniform:
    def __init__(self, setup):
        self.job = (setup.work_s, setup.deadline_s, setup.overhead_s, setup.tick_s)

    def decide(self, obs):
        work, deadline, overhead, tick = self.job
        slack = deadline - obs.now_s - (work - obs.done_s)
        ahead = obs.done_s - work * obs.now_s / deadline
        if obs.running != SPOT and slack < 2 * overhead + tick:
            return ON_DEMAND
        if obs.running == ON_DEMAND:
            back = obs.has_spot and ahead > 2 * overhead * work / deadline
            return SPOT if back else ON_DEMAND
        if obs.has_spot:
            return SPOT
        return ON_DEMAND if ahead < 0 else NONE


SEEN = []


class Policy(Uniform):
    def __init__(self, setup):
        super().__init__(setup)
        self.mine = []
        SEEN.append(self.mine)

    def decide(self, obs):
        self.mine.append(obs.has_spot)
        now = len(self.mine)
        for other in SEEN:
            if len(other) > now + 1 and other[:now] == self.mine:
                return SPOT if any(other[now : now + 2]) else ON_DEMAND
        return super().decide(obs)
