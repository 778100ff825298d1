"""Reads the held-out data, a file that every user of the host may read.

stopped by: seccomp, Landlock
ends: ok
"""


def attempt(setup):
    try:
        with open(f"/tmp/adrs-siege-{setup.nonce}/heldout.csv") as file:
            return bool(file.read())
    except OSError:
        return False


class Policy:
    def __init__(self, setup):
        self.got_through = attempt(setup)

    def decide(self, obs):
        return 2 if self.got_through else obs.last
