"""Fills the disk: writes to a folder that is open to everybody, as /tmp is.

stopped by: seccomp, RLIMIT_FSIZE
ends: ok
"""

import os


def attempt(setup):
    path = f"/tmp/adrs-siege-{setup.nonce}/drop/full"
    try:
        fd = os.open(path, os.O_WRONLY | os.O_CREAT, 0o666)
        os.write(fd, bytes(1 << 20))
    except OSError:
        return False
    return True


class Policy:
    def __init__(self, setup):
        self.got_through = attempt(setup)

    def decide(self, obs):
        return 2 if self.got_through else obs.last
