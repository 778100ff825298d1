"""Changes its pipes: no blocking, other size, leases, seals, and copies under other numbers.

stopped by: seccomp
ends: ok
"""

import ctypes

LIBC = ctypes.CDLL(None, use_errno=True)
F_DUPFD, F_SETFD, F_SETFL, F_SETLEASE, F_NOTIFY, F_SETPIPE_SZ = 0, 2, 4, 1024, 1026, 1031
O_NONBLOCK_DIRECT = 0o44000


def attempt(setup):
    wishes = ((F_DUPFD, 10), (F_SETFD, 0), (F_SETFL, O_NONBLOCK_DIRECT), (F_SETLEASE, 0),
              (F_NOTIFY, 1), (F_SETPIPE_SZ, 1 << 20))  # fmt: skip
    return any([LIBC.fcntl(fd, *wish) != -1 for fd in (3, 4) for wish in wishes])


class Policy:
    def __init__(self, setup):
        self.got_through = attempt(setup)

    def decide(self, obs):
        return 2 if self.got_through else obs.last
