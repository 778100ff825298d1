"""Sends a datagram to a unix socket in the file system, as programs do to the system's log.

stopped by: seccomp, empty root
ends: ok
"""

import socket


def attempt(setup):
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
            sender.sendto(b"<8>hello", f"/tmp/adrs-siege-{setup.nonce}/dgram.sock")
    except OSError:
        return False
    return True


class Policy:
    def __init__(self, setup):
        self.got_through = attempt(setup)

    def decide(self, obs):
        return 2 if self.got_through else obs.last
