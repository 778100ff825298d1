"""Opens raw, packet and ping sockets to forge packets or to read those of others.

stopped by: seccomp, no capabilities
ends: ok
"""

import socket

KINDS = (
    (socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP),
    (socket.AF_PACKET, socket.SOCK_RAW, 0x0300),
    (socket.AF_INET, socket.SOCK_DGRAM, socket.IPPROTO_ICMP),
)


def opens(kind):
    try:
        socket.socket(*kind).close()
    except OSError:
        return False
    return True


def attempt(setup):
    return any([opens(kind) for kind in KINDS])


class Policy:
    def __init__(self, setup):
        self.got_through = attempt(setup)

    def decide(self, obs):
        return 2 if self.got_through else obs.last
