"""Calls the hypervisor's host over a vsock, which knows no network namespace.

stopped by: seccomp
ends: ok
"""

import socket


def attempt(setup):
    try:
        socket.socket(socket.AF_VSOCK, socket.SOCK_STREAM).close()
    except OSError:
        return False
    return True


class Policy:
    def __init__(self, setup):
        self.got_through = attempt(setup)

    def decide(self, obs):
        return 2 if self.got_through else obs.last
