"""Takes a file handle by name_to_handle_at, with which root could open any inode of a file system
from within a container.

stopped by: seccomp
ends: security
"""

import ctypes
import sys

LIBC = ctypes.CDLL(None, use_errno=True)
X86 = "x86_64" in sys.implementation._multiarch
NAME_TO_HANDLE_AT = 303 if X86 else 264


def attempt(setup):
    handle = (ctypes.c_uint32 * 34)(128)
    mount = ctypes.c_int()
    path = f"/tmp/adrs-siege-{setup.nonce}/heldout.csv".encode()
    pointers = ctypes.byref(handle), ctypes.byref(mount)
    return LIBC.syscall(NAME_TO_HANDLE_AT, -100, path, *pointers, 0) != -1


class Policy:
    def __init__(self, setup):
        self.got_through = attempt(setup)

    def decide(self, obs):
        return 2 if self.got_through else obs.last
