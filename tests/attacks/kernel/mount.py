"""Mounts a file system of its own over a folder of the host.

stopped by: seccomp, no capabilities
ends: security
"""

import ctypes

LIBC = ctypes.CDLL(None, use_errno=True)


def attempt(setup):
    target = f"/tmp/adrs-siege-{setup.nonce}/drop".encode()
    return LIBC.mount(b"none", target, b"tmpfs", ctypes.c_ulong(0), b"size=4k") != -1


class Policy:
    def __init__(self, setup):
        self.got_through = attempt(setup)

    def decide(self, obs):
        return 2 if self.got_through else obs.last
