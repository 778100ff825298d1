"""Reads extended attributes and access lists of host files, which need no descriptor.

stopped by: seccomp
ends: ok
"""

import os


def attempt(setup):
    path = f"/tmp/adrs-siege-{setup.nonce}/heldout.csv"
    try:
        os.listxattr(path)
    except OSError:
        return False
    return True


class Policy:
    def __init__(self, setup):
        self.got_through = attempt(setup)

    def decide(self, obs):
        return 2 if self.got_through else obs.last
