"""Reads the environment of scorer, harness, zygote, parent and init from /proc.

stopped by: seccomp, Landlock
ends: ok
"""

import os


def reads_key(pid):
    try:
        with open(f"/proc/{pid}/environ", "rb") as file:
            return b"ADRS" in file.read()
    except OSError:
        return False


def attempt(setup):
    pids = (setup.scorer_pid, setup.harness_pid, setup.zygote_pid, os.getppid(), 1)
    return any([reads_key(pid) for pid in pids])


class Policy:
    def __init__(self, setup):
        self.got_through = attempt(setup)

    def decide(self, obs):
        return 2 if self.got_through else obs.last
