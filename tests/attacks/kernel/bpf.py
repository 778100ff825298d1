"""Loads a program of its own into the kernel by bpf.

stopped by: seccomp, no capabilities
ends: security
"""

import ctypes
import struct
import sys

LIBC = ctypes.CDLL(None, use_errno=True)
X86 = "x86_64" in sys.implementation._multiarch
BPF = 321 if X86 else 280
BPF_MAP_CREATE, ARRAY = 0, 2


def attempt(setup):
    attributes = ctypes.create_string_buffer(struct.pack("<IIII", ARRAY, 4, 8, 1), 64)
    return LIBC.syscall(BPF, BPF_MAP_CREATE, attributes, 64) != -1


class Policy:
    def __init__(self, setup):
        self.got_through = attempt(setup)

    def decide(self, obs):
        return 2 if self.got_through else obs.last
