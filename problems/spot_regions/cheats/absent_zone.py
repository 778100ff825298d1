"""expect: invalid

Asks for the zones that do not exist, whose price is 0 in the setup. A zone outside the job's is a
broken constraint, never a free instance and never just a refusal.
"""

class Policy:
    def __init__(self, setup):
        self.free = [z for z in range(9) if setup[8 + z] == 0.0]

    def decide(self, obs):
        return 2 + self.free[0] if self.free else 1
