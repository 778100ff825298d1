"""Connects to an abstract unix socket, a name without a file that no rule on paths can see.

stopped by: seccomp, Landlock scope
ends: ok
"""

import socket


def attempt(setup):
    try:
        with socket.socket(socket.AF_UNIX) as client:
            client.connect(f"\0adrs-siege-{setup.nonce}")
    except OSError:
        return False
    return True


class Policy:
    def __init__(self, setup):
        self.got_through = attempt(setup)

    def decide(self, obs):
        return 2 if self.got_through else obs.last
