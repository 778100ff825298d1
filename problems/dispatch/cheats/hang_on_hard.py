"""expect: timeout

Loops for ever where pushes are rare, so that those clusters are given up. CPU time is limited, and a
timeout is the verdict on the whole program.
"""


class Policy:
    def __init__(self, setup):
        self.rare = setup.push_every > 50

    def decide(self, obs):
        while self.rare:
            pass
        return obs.sample_0
