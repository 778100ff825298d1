"""Sets the limits of scorer and zygote by prlimit64: with no files or no time left they fail.

stopped by: seccomp, PID namespace
ends: ok
"""

import os
import resource


def attempt(setup):
    for pid in (setup.scorer_pid, setup.zygote_pid, os.getppid()):
        try:
            resource.prlimit(pid, resource.RLIMIT_NOFILE)
        except OSError:
            continue
        return True
    return False


class Policy:
    def __init__(self, setup):
        self.got_through = attempt(setup)

    def decide(self, obs):
        return 2 if self.got_through else obs.last
