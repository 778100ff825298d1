"""Becomes root, or another user, and takes capabilities.

stopped by: seccomp, no new privileges
ends: ok
"""

import ctypes
import os
import struct
import sys

LIBC = ctypes.CDLL(None, use_errno=True)
X86 = "x86_64" in sys.implementation._multiarch
CAPSET = 126 if X86 else 91
VERSION_3 = 0x20080522


def works(call, *arguments):
    try:
        call(*arguments)
    except OSError:
        return False
    return True


def attempt(setup):
    calls = (os.setuid, 0), (os.setgid, 0), (os.setresuid, 0, 0, 0), (os.setgroups, [0])
    header = ctypes.create_string_buffer(struct.pack("<Ii", VERSION_3, 0))
    everything = ctypes.create_string_buffer(b"\xff" * 24)
    took = LIBC.syscall(CAPSET, header, everything) != -1
    return any([works(*call) for call in calls]) or took


class Policy:
    def __init__(self, setup):
        self.got_through = attempt(setup)

    def decide(self, obs):
        return 2 if self.got_through else obs.last
