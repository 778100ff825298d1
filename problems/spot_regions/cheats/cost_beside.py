"""expect: invalid

Returns the bill that it would like beside the action. A cost has nowhere to go.
"""

class Policy:
    def __init__(self, setup):
        pass

    def decide(self, obs):
        return {"action": 1, "cost": 0.01}
