"""Puts a seccomp filter of its own on top, whose verdicts are ranked with those of the first, and
asks for a descriptor by which it would be told of calls.

stopped by: seccomp
ends: security
"""

import ctypes
import struct
import sys

LIBC = ctypes.CDLL(None, use_errno=True)
X86 = "x86_64" in sys.implementation._multiarch
SECCOMP = 317 if X86 else 277
PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, FILTER = 38, 22, 2
SET_MODE_FILTER, NEW_LISTENER = 1, 8


def attempt(setup):
    allow = ctypes.create_string_buffer(struct.pack("<HBBI", 6, 0, 0, 0x7FFF0000))
    program = struct.pack("<HxxxxxxQ", 1, ctypes.addressof(allow))
    LIBC.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    if LIBC.prctl(PR_SET_SECCOMP, FILTER, program, 0, 0) != -1:
        return True
    return LIBC.syscall(SECCOMP, SET_MODE_FILTER, NEW_LISTENER, program) != -1


class Policy:
    def __init__(self, setup):
        self.got_through = attempt(setup)

    def decide(self, obs):
        return 2 if self.got_through else obs.last
