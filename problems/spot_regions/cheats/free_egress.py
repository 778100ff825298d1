"""expect: exception

Writes prices and egress of zero into its setup. It is a tuple, and a copy.
"""

class Policy:
    def __init__(self, setup):
        setup.move_cost = 0.0
        for zone in range(setup.zones):
            setattr(setup, f"price_{zone}", 0.0)

    def decide(self, obs):
        return 2 + obs.home
