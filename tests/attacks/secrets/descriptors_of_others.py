"""Goes through /proc/PID/fd of the scorer and reopens the files and sockets that it holds.

stopped by: seccomp, Landlock
ends: ok
"""

import os


def opens(path):
    try:
        os.close(os.open(path, os.O_RDONLY | os.O_NONBLOCK))
    except OSError:
        return False
    return True


def attempt(setup):
    pids = (setup.scorer_pid, setup.harness_pid, setup.zygote_pid, os.getppid())
    return any([opens(f"/proc/{pid}/fd/{fd}") for pid in pids for fd in range(64)])


class Policy:
    def __init__(self, setup):
        self.got_through = attempt(setup)

    def decide(self, obs):
        return 2 if self.got_through else obs.last
