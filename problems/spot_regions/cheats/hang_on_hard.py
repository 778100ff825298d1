"""expect: timeout

Loops for ever where every zone is in one region, so that those jobs are given up. CPU time is
limited, and a timeout is the verdict on the whole program.
"""

class Policy:
    def __init__(self, setup):
        self.hard = setup.region_1 < 1

    def decide(self, obs):
        while self.hard:
            pass
        return 1
