"""Joins the namespaces of the scorer by a pidfd.

stopped by: seccomp, PID namespace
ends: security
"""

import ctypes

LIBC = ctypes.CDLL(None, use_errno=True)
PIDFD_OPEN = 434
CLONE_NEWUTS = 0x04000000


def attempt(setup):
    pidfd = LIBC.syscall(PIDFD_OPEN, setup.scorer_pid, 0)
    return LIBC.setns(pidfd, CLONE_NEWUTS) != -1


class Policy:
    def __init__(self, setup):
        self.got_through = attempt(setup)

    def decide(self, obs):
        return 2 if self.got_through else obs.last
