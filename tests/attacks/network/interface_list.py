"""Lists the network interfaces, and asks libc for their addresses.

stopped by: seccomp
ends: ok
"""

import ctypes
import socket


def attempt(setup):
    first = ctypes.c_void_p()
    if ctypes.CDLL(None).getifaddrs(ctypes.byref(first)) == 0:
        return True
    try:
        return bool(socket.if_nameindex())
    except OSError:
        return False


class Policy:
    def __init__(self, setup):
        self.got_through = attempt(setup)

    def decide(self, obs):
        return 2 if self.got_through else obs.last
