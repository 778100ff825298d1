"""Connects to a unix socket in the file system, as the one of a container daemon that makes its
caller root. Network namespaces do not stop it, and older Landlock does not either.

stopped by: seccomp, empty root
ends: ok
"""

import socket


def attempt(setup):
    try:
        with socket.socket(socket.AF_UNIX) as client:
            client.connect(f"/tmp/adrs-siege-{setup.nonce}/listen.sock")
            client.sendall(b"GET /containers/json")
    except OSError:
        return False
    return True


class Policy:
    def __init__(self, setup):
        self.got_through = attempt(setup)

    def decide(self, obs):
        return 2 if self.got_through else obs.last
