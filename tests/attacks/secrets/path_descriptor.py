"""Takes O_PATH descriptors, which need no right to read and can be walked from and opened again.

stopped by: seccomp, Landlock
ends: ok
"""

import os


def attempt(setup):
    for path in ("/", "/proc/self", f"/tmp/adrs-siege-{setup.nonce}"):
        try:
            os.open(path, os.O_PATH | os.O_DIRECTORY)
        except OSError:
            continue
        return True
    return False


class Policy:
    def __init__(self, setup):
        self.got_through = attempt(setup)

    def decide(self, obs):
        return 2 if self.got_through else obs.last
