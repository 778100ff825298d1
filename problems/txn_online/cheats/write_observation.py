"""expect: exception

Writes into the observation that everybody has been served by now. Observations and setups are
tuples.
"""


class Policy:
    def __init__(self, setup):
        pass

    def decide(self, obs):
        obs.waiting = 0
        obs.horizon = obs.now
        return 0
