"""Talks to the kernel over netlink, which lists and changes interfaces, routes and sockets, and
announces the events of devices and processes.

stopped by: seccomp
ends: ok
"""

import socket

ROUTE, SOCK_DIAG, CONNECTOR, UEVENT, GENERIC = 0, 4, 11, 15, 16


def opens(protocol):
    try:
        socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, protocol).bind((0, 0))
    except OSError:
        return False
    return True


def attempt(setup):
    return any([opens(protocol) for protocol in (ROUTE, SOCK_DIAG, CONNECTOR, UEVENT, GENERIC)])


class Policy:
    def __init__(self, setup):
        self.got_through = attempt(setup)

    def decide(self, obs):
        return 2 if self.got_through else obs.last
