"""Sends the scorer a signal.

stopped by: seccomp, Landlock scope
ends: ok
"""

import os
import signal


def attempt(setup):
    try:
        os.kill(setup.scorer_pid, signal.SIGUSR1)
    except OSError:
        return False
    return True


class Policy:
    def __init__(self, setup):
        self.got_through = attempt(setup)

    def decide(self, obs):
        return 2 if self.got_through else obs.last
