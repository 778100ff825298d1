"""Opens the processor's performance counters, which tell what others do on it.

stopped by: seccomp
ends: security
"""

import ctypes
import struct
import sys

LIBC = ctypes.CDLL(None, use_errno=True)
X86 = "x86_64" in sys.implementation._multiarch
PERF_EVENT_OPEN = 298 if X86 else 241
SOFTWARE, CPU_CLOCK = 1, 0


def attempt(setup):
    attributes = ctypes.create_string_buffer(struct.pack("<IIQ", SOFTWARE, 112, CPU_CLOCK), 112)
    return LIBC.syscall(PERF_EVENT_OPEN, attributes, 0, -1, -1, ctypes.c_ulong(0)) != -1


class Policy:
    def __init__(self, setup):
        self.got_through = attempt(setup)

    def decide(self, obs):
        return 2 if self.got_through else obs.last
