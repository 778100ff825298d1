"""Makes the key file readable for all, and reads it: what a candidate that runs as the user of the
harness may do, whatever the mode of the file is.

stopped by: seccomp, Landlock
ends: ok
"""

import os


def attempt(setup):
    path = f"/tmp/adrs-siege-{setup.nonce}/key.txt"
    try:
        os.chmod(path, 0o644)
    except OSError:
        pass
    try:
        with open(path) as file:
            return bool(file.read())
    except OSError:
        return False


class Policy:
    def __init__(self, setup):
        self.got_through = attempt(setup)

    def decide(self, obs):
        return 2 if self.got_through else obs.last
