"""Reads symbolic links that give away where it runs: its executable, working folder and root.

stopped by: seccomp, Landlock
ends: ok
"""

import os


def attempt(setup):
    for name in ("self/exe", "self/cwd", "self/root", "self/ns/pid", "thread-self", "self/fd/3"):
        try:
            os.readlink(f"/proc/{name}")
        except OSError:
            continue
        return True
    try:
        os.getcwd()
    except OSError:
        return False
    return True


class Policy:
    def __init__(self, setup):
        self.got_through = attempt(setup)

    def decide(self, obs):
        return 2 if self.got_through else obs.last
