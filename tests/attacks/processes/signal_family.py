"""Asks whether it may kill the zygote, its parent or the harness, and so end the whole search.

stopped by: seccomp, Landlock scope
ends: ok
"""

import os


def may_kill(pid):
    try:
        os.kill(pid, 0)
    except OSError:
        return False
    return True


def attempt(setup):
    return any([may_kill(pid) for pid in (setup.zygote_pid, os.getppid(), setup.harness_pid)])


class Policy:
    def __init__(self, setup):
        self.got_through = attempt(setup)

    def decide(self, obs):
        return 2 if self.got_through else obs.last
