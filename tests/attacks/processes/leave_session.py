"""Leaves its session and process group, so that a signal to the group would miss it.

stopped by: seccomp
ends: ok
"""

import os


def works(move):
    try:
        move()
    except OSError:
        return False
    return True


def attempt(setup):
    moves = os.setsid, os.setpgrp, lambda: os.setpgid(0, os.getppid())
    return any([works(move) for move in moves])


class Policy:
    def __init__(self, setup):
        self.got_through = attempt(setup)

    def decide(self, obs):
        return 2 if self.got_through else obs.last
