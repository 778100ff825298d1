"""Reads the kernel's log, which holds addresses and the names of programs, and asks for the list of
file systems.

stopped by: seccomp
ends: ok
"""

import ctypes
import sys

LIBC = ctypes.CDLL(None, use_errno=True)
X86 = "x86_64" in sys.implementation._multiarch
SYSLOG, SYSFS = (103, 139) if X86 else (116, -1)
READ_ALL, SIZE, COUNT = 3, 10, 3


def attempt(setup):
    buffer = ctypes.create_string_buffer(4096)
    read = [LIBC.syscall(SYSLOG, kind, buffer, 4096) > 0 for kind in (READ_ALL, SIZE)]
    return any(read) or (X86 and LIBC.syscall(SYSFS, COUNT) > 0)


class Policy:
    def __init__(self, setup):
        self.got_through = attempt(setup)

    def decide(self, obs):
        return 2 if self.got_through else obs.last
