"""Takes a pidfd of the scorer, which cannot be missed by a recycled number, and signals by it.

stopped by: seccomp, PID namespace
ends: ok
"""

import os
import signal


def attempt(setup):
    try:
        pidfd = os.pidfd_open(setup.scorer_pid)
        signal.pidfd_send_signal(pidfd, signal.SIGUSR1)
    except OSError:
        return False
    return True


class Policy:
    def __init__(self, setup):
        self.got_through = attempt(setup)

    def decide(self, obs):
        return 2 if self.got_through else obs.last
