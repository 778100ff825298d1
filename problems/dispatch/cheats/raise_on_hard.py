"""expect: exception

Raises where pushes are rare, so that the mean is taken over easy clusters only. An exception in any
scenario is the verdict on the whole program.
"""


class Policy:
    def __init__(self, setup):
        self.rare = setup.push_every > 50

    def decide(self, obs):
        if self.rare:
            raise RuntimeError("this one does not count")
        return obs.sample_0
