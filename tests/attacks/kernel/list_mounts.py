"""Asks for the list of mounts and for one of them by number, calls of this decade.

stopped by: seccomp
ends: ok
"""

import ctypes
import struct

LIBC = ctypes.CDLL(None, use_errno=True)
STATMOUNT, LISTMOUNT = 457, 458
LSMT_ROOT = 0xFFFFFFFFFFFFFFFF


def attempt(setup):
    found = (ctypes.c_uint64 * 64)()
    request = ctypes.create_string_buffer(struct.pack("<IIQQ", 24, 0, LSMT_ROOT, 0))
    if LIBC.syscall(LISTMOUNT, request, found, ctypes.c_size_t(64), 0) > 0:
        return True
    request = ctypes.create_string_buffer(struct.pack("<IIQQ", 24, 0, 1, 1))
    return LIBC.syscall(STATMOUNT, request, found, ctypes.c_size_t(512), 0) != -1


class Policy:
    def __init__(self, setup):
        self.got_through = attempt(setup)

    def decide(self, obs):
        return 2 if self.got_through else obs.last
