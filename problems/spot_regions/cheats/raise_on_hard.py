"""expect: exception

Raises where every zone is in one region, so that the mean is taken over easy jobs only. An exception
in any scenario is the verdict on the whole program; the published evaluator dropped such scenarios.
"""

class Policy:
    def __init__(self, setup):
        self.hard = setup.region_1 < 1

    def decide(self, obs):
        if self.hard:
            raise RuntimeError("this one does not count")
        return 1
