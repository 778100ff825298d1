"""Writes descriptors of segments by modify_ldt, set_thread_area and arch_prctl: old code of the
kernel that sandboxes have been left through.

stopped by: seccomp
ends: ok
"""

import ctypes
import sys

LIBC = ctypes.CDLL(None, use_errno=True)
X86 = "x86_64" in sys.implementation._multiarch
MODIFY_LDT, ARCH_PRCTL, SET_THREAD_AREA = 154, 158, 205
READ_LDT, ARCH_GET_FS, ARCH_SET_GS = 0, 0x1003, 0x1001


def attempt(setup):
    if not X86:
        return False
    place = ctypes.create_string_buffer(b"\xff" * 16)
    return any(
        [
            LIBC.syscall(MODIFY_LDT, READ_LDT, place, ctypes.c_ulong(16)) == 0,
            LIBC.syscall(ARCH_PRCTL, ARCH_GET_FS, place) != -1,
            LIBC.syscall(ARCH_PRCTL, ARCH_SET_GS, None) != -1,
            LIBC.syscall(SET_THREAD_AREA, place) != -1,
        ]
    )


class Policy:
    def __init__(self, setup):
        self.got_through = attempt(setup)

    def decide(self, obs):
        return 2 if self.got_through else obs.last
