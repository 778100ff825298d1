"""Sets the host's clock to what it is, and asks how it is disciplined.

stopped by: seccomp, no capabilities
ends: ok
"""

import ctypes

LIBC = ctypes.CDLL(None, use_errno=True)
CLOCK_REALTIME = 0


def attempt(setup):
    now = (ctypes.c_long * 2)()
    LIBC.clock_gettime(CLOCK_REALTIME, now)
    state = ctypes.create_string_buffer(512)
    return LIBC.clock_settime(CLOCK_REALTIME, now) != -1 or LIBC.adjtimex(state) != -1


class Policy:
    def __init__(self, setup):
        self.got_through = attempt(setup)

    def decide(self, obs):
        return 2 if self.got_through else obs.last
