"""expect: invalid

Asks for every zone in one tick, as strategies of the published simulator could look at all regions
for nothing. The interface takes one integer.
"""

class Policy:
    def __init__(self, setup):
        self.zones = setup.zones

    def decide(self, obs):
        return tuple(2 + zone for zone in range(self.zones))
