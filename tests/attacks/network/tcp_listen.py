"""Opens a TCP server of its own, through which an accomplice could tell it the future.

stopped by: seccomp, Landlock
ends: ok
"""

import socket


def attempt(setup):
    try:
        socket.create_server(("127.0.0.1", 0)).close()
    except OSError:
        return False
    return True


class Policy:
    def __init__(self, setup):
        self.got_through = attempt(setup)

    def decide(self, obs):
        return 2 if self.got_through else obs.last
