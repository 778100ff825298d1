"""Takes descriptors out of the scorer by pidfd_getfd, the control socket among them.

stopped by: seccomp, PID namespace
ends: security
"""

import ctypes

LIBC = ctypes.CDLL(None, use_errno=True)
PIDFD_OPEN, PIDFD_GETFD = 434, 438


def attempt(setup):
    pidfd = LIBC.syscall(PIDFD_OPEN, setup.scorer_pid, 0)
    return any([LIBC.syscall(PIDFD_GETFD, pidfd, fd, 0) != -1 for fd in range(64)])


class Policy:
    def __init__(self, setup):
        self.got_through = attempt(setup)

    def decide(self, obs):
        return 2 if self.got_through else obs.last
