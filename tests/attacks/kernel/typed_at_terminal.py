"""Types a command into the terminal that the search was started from, by TIOCSTI, and asks the
pipes and terminals for what else ioctl offers.

stopped by: seccomp, standard descriptors on /dev/null
ends: ok
"""

import ctypes

LIBC = ctypes.CDLL(None, use_errno=True)
TIOCSTI, FIONREAD, FIOASYNC, TIOCGWINSZ = 0x5412, 0x541B, 0x5452, 0x5413


def attempt(setup):
    value = ctypes.create_string_buffer(b"\n", 16)
    requests = (TIOCSTI, FIONREAD, FIOASYNC, TIOCGWINSZ)
    calls = [ctypes.c_ulong(request) for request in requests]
    return any([LIBC.ioctl(fd, call, value) != -1 for fd in range(5) for call in calls])


class Policy:
    def __init__(self, setup):
        self.got_through = attempt(setup)

    def decide(self, obs):
        return 2 if self.got_through else obs.last
