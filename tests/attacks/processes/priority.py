"""Raises its own priority, and lowers the scorer's, which its own user may.

stopped by: seccomp, other user
ends: ok
"""

import os


def works(call, *arguments):
    try:
        call(*arguments)
    except OSError:
        return False
    return True


def attempt(setup):
    raised = works(os.setpriority, os.PRIO_PROCESS, 0, -5) or works(os.nice, -5)
    return raised or works(os.setpriority, os.PRIO_PROCESS, setup.scorer_pid, 5)


class Policy:
    def __init__(self, setup):
        self.got_through = attempt(setup)

    def decide(self, obs):
        return 2 if self.got_through else obs.last
