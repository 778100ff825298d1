"""Lets libc look up a name, which would carry a secret to whoever runs the name server.

stopped by: seccomp, network namespace
ends: ok
"""

import socket


def attempt(setup):
    try:
        return bool(socket.getaddrinfo("localhost", setup.tcp_port))
    except OSError:
        return False


class Policy:
    def __init__(self, setup):
        self.got_through = attempt(setup)

    def decide(self, obs):
        return 2 if self.got_through else obs.last
