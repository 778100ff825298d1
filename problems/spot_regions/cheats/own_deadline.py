"""expect: honest
twin: on_demand

Gives itself another deadline and no work, and then waits for ever, as strategies could in the
published simulator. The scorer has its own deadline and its own count of the work: the guarantee
runs the job on-demand.
"""

class Policy:
    def __init__(self, setup):
        self.setup = setup._replace(deadline_s=10**9, work_s=0)

    def decide(self, obs):
        late = obs.now_s >= self.setup.deadline_s
        return 1 if late or obs.done_s < self.setup.work_s else 0
