"""Moves bytes between its pipes inside the kernel, and gives pages of its own to the scorer's end,
to change them after they were checked.

stopped by: seccomp
ends: ok
"""

import ctypes
import sys

LIBC = ctypes.CDLL(None, use_errno=True)
X86 = "x86_64" in sys.implementation._multiarch
SPLICE, TEE, VMSPLICE = (275, 276, 278) if X86 else (76, 77, 75)
NONBLOCK, GIFT = 2, 8
LENGTH = ctypes.c_size_t(16)


def attempt(setup):
    page = ctypes.create_string_buffer(16)
    span = (ctypes.c_void_p * 2)(ctypes.addressof(page), 16)
    return any(
        [
            LIBC.syscall(SPLICE, 3, None, 4, None, LENGTH, NONBLOCK) != -1,
            LIBC.syscall(TEE, 3, 4, LENGTH, NONBLOCK) != -1,
            LIBC.syscall(VMSPLICE, 4, span, ctypes.c_size_t(1), NONBLOCK | GIFT) != -1,
        ]
    )


class Policy:
    def __init__(self, setup):
        self.got_through = attempt(setup)

    def decide(self, obs):
        return 2 if self.got_through else obs.last
