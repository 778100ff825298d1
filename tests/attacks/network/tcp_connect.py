"""Connects to a TCP server on the loopback device and sends it what it saw.

stopped by: seccomp, Landlock
ends: ok
"""

import socket


class Policy:
    def __init__(self, setup):
        self.address = ("127.0.0.1", setup.tcp_port)

    def decide(self, obs):
        try:
            with socket.create_connection(self.address, timeout=1) as connection:
                connection.sendall(bytes([obs.last]))
        except OSError:
            return obs.last
        return 2
