"""expect: exception

Writes zero needs into the observation, so that the task weighs nothing. Observations and setups are
tuples.
"""


class Policy:
    def __init__(self, setup):
        pass

    def decide(self, obs):
        obs.cores = 0
        obs.estimate_ms = 0
        return obs.sample_0
