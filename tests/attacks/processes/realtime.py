"""Asks for a real-time schedule, under which nothing else on its processor would run.

stopped by: seccomp, no capabilities
ends: ok
"""

import os

POLICIES = (os.SCHED_FIFO, os.SCHED_RR, os.SCHED_BATCH, os.SCHED_IDLE)


def attempt(setup):
    for policy in POLICIES:
        try:
            os.sched_setscheduler(0, policy, os.sched_param(int(policy in POLICIES[:2])))
        except OSError:
            continue
        return True
    return False


class Policy:
    def __init__(self, setup):
        self.got_through = attempt(setup)

    def decide(self, obs):
        return 2 if self.got_through else obs.last
