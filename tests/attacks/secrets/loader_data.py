"""Uses the import system as a file reader: the loaders of loaded modules read any file for
pkgutil and importlib.resources, and pass by the builtin open.

stopped by: seccomp
ends: ok
"""

import sys


def attempt(setup):
    loader = sys.modules["numpy"].__loader__
    for path in (f"/tmp/adrs-siege-{setup.nonce}/heldout.csv", sys.modules["numpy"].__file__):
        try:
            return bool(loader.get_data(path))
        except OSError:
            continue
    return False


class Policy:
    def __init__(self, setup):
        self.got_through = attempt(setup)

    def decide(self, obs):
        return 2 if self.got_through else obs.last
