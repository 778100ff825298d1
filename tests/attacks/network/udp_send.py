"""Sends a datagram, which no handshake and no version of Landlock's network rules stops.

stopped by: seccomp, network namespace
ends: ok
"""

import socket


class Policy:
    def __init__(self, setup):
        self.address = ("127.0.0.1", setup.udp_port)

    def decide(self, obs):
        try:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
                sender.sendto(bytes([obs.last]), self.address)
        except OSError:
            return obs.last
        return 2
