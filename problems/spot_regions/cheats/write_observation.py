"""expect: exception

Writes the whole work into the observation, as the published simulator let strategies append to
their own progress. Observations and setups are tuples.
"""

class Policy:
    def __init__(self, setup):
        self.work = setup.work_s

    def decide(self, obs):
        obs.done_s = self.work
        return 0
