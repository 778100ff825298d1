"""Lists folders, by path and by getdents64 on every inherited descriptor.

stopped by: seccomp, Landlock
ends: ok
"""

import ctypes
import os
import sys

LIBC = ctypes.CDLL(None, use_errno=True)
X86 = "x86_64" in sys.implementation._multiarch
GETDENTS64 = 217 if X86 else 61


def attempt(setup):
    for path in (".", "/", "/proc", "/tmp", f"/tmp/adrs-siege-{setup.nonce}"):
        try:
            os.listdir(path)
        except OSError:
            continue
        return True
    buffer = ctypes.create_string_buffer(4096)
    return any([LIBC.syscall(GETDENTS64, fd, buffer, 4096) > 0 for fd in range(256)])


class Policy:
    def __init__(self, setup):
        self.got_through = attempt(setup)

    def decide(self, obs):
        return 2 if self.got_through else obs.last
