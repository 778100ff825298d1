"""Sends the scorer's main thread a signal by tgkill and tkill, calls of their own.

stopped by: seccomp, PID namespace
ends: ok
"""

import ctypes
import signal
import sys

LIBC = ctypes.CDLL(None, use_errno=True)
X86 = "x86_64" in sys.implementation._multiarch
TGKILL, TKILL = (234, 200) if X86 else (131, 130)


def attempt(setup):
    scorer = setup.scorer_pid
    sent = LIBC.syscall(TGKILL, scorer, scorer, signal.SIGUSR1)
    return sent != -1 or LIBC.syscall(TKILL, scorer, signal.SIGUSR1) != -1


class Policy:
    def __init__(self, setup):
        self.got_through = attempt(setup)

    def decide(self, obs):
        return 2 if self.got_through else obs.last
