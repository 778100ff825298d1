"""Leaves a daemon behind: forks twice, in a session of its own, and writes a file once everybody
thinks that it is dead.

stopped by: seccomp, RLIMIT_NPROC
ends: ok
"""

import os
import time


def attempt(setup):
    try:
        if os.fork():
            return True
    except OSError:
        return False
    os.setsid()
    if os.fork():
        os._exit(0)
    time.sleep(0.2)
    with open(f"/tmp/adrs-siege-{setup.nonce}/drop/daemon", "w") as file:
        file.write("still here")
    os._exit(0)


class Policy:
    def __init__(self, setup):
        self.got_through = attempt(setup)

    def decide(self, obs):
        return 2 if self.got_through else obs.last
