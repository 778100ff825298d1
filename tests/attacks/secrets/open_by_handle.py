"""Opens inode 2, the root of most file systems, by a handle of its own making.

stopped by: seccomp, no capabilities
ends: security
"""

import ctypes
import struct
import sys

LIBC = ctypes.CDLL(None, use_errno=True)
X86 = "x86_64" in sys.implementation._multiarch
OPEN_BY_HANDLE_AT = 304 if X86 else 265


def attempt(setup):
    handle = ctypes.create_string_buffer(struct.pack("<IiII", 8, 1, 2, 0))
    return LIBC.syscall(OPEN_BY_HANDLE_AT, -100, handle, 0) != -1


class Policy:
    def __init__(self, setup):
        self.got_through = attempt(setup)

    def decide(self, obs):
        return 2 if self.got_through else obs.last
