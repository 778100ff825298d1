"""Asks whether it may kill everything that it is allowed to see, and its process group: in one
call, and with no process id to guess.

stopped by: seccomp, PID namespace
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
    return any([may_kill(pid) for pid in (-1, 0)])


class Policy:
    def __init__(self, setup):
        self.got_through = attempt(setup)

    def decide(self, obs):
        return 2 if self.got_through else obs.last
