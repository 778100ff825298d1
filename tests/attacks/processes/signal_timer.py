"""Sets timers and alarms, whose signals interrupt whatever runs, the stub included.

stopped by: seccomp
ends: ok
"""

import ctypes
import signal
import sys

LIBC = ctypes.CDLL(None, use_errno=True)
X86 = "x86_64" in sys.implementation._multiarch
TIMER_CREATE = 222 if X86 else 107


def attempt(setup):
    timer = ctypes.c_int()
    if LIBC.syscall(TIMER_CREATE, 1, None, ctypes.byref(timer)) != -1:
        return True
    try:
        signal.setitimer(signal.ITIMER_REAL, 100)
    except OSError:
        return False
    signal.setitimer(signal.ITIMER_REAL, 0)
    return True


class Policy:
    def __init__(self, setup):
        self.got_through = attempt(setup)

    def decide(self, obs):
        return 2 if self.got_through else obs.last
