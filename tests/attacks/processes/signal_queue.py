"""Sends the scorer a signal with a forged sender by rt_sigqueueinfo and rt_tgsigqueueinfo.

stopped by: seccomp, PID namespace
ends: ok
"""

import ctypes
import signal
import struct
import sys

LIBC = ctypes.CDLL(None, use_errno=True)
X86 = "x86_64" in sys.implementation._multiarch
SIGQUEUE, TGSIGQUEUE = (129, 297) if X86 else (138, 240)
SI_QUEUE = -1


def attempt(setup):
    scorer = setup.scorer_pid
    header = struct.pack("<iiii", signal.SIGUSR1, 0, SI_QUEUE, 0)
    info = ctypes.create_string_buffer(header, 128)
    if LIBC.syscall(SIGQUEUE, scorer, signal.SIGUSR1, info) != -1:
        return True
    return LIBC.syscall(TGSIGQUEUE, scorer, scorer, signal.SIGUSR1, info) != -1


class Policy:
    def __init__(self, setup):
        self.got_through = attempt(setup)

    def decide(self, obs):
        return 2 if self.got_through else obs.last
