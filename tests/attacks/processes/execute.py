"""Becomes another program, which starts with no stub that answers for it.

stopped by: seccomp
ends: security
"""

import os


def attempt(setup):
    drop = f"/tmp/adrs-siege-{setup.nonce}/drop/executed"
    try:
        os.execv("/bin/sh", ["sh", "-c", f"touch {drop}"])
    except OSError:
        return False


class Policy:
    def __init__(self, setup):
        self.got_through = attempt(setup)

    def decide(self, obs):
        return 2 if self.got_through else obs.last
