"""Has a short format string make a long text: the size is in a number, not in the data.

stopped by: RLIMIT_AS
ends: memory
"""


class Policy:
    def __init__(self, setup):
        pass

    def decide(self, obs):
        return len(f"{obs.step:2000000000d}") % 2
