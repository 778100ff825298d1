"""Takes over page faults by userfaultfd, with which exploits stop the kernel at the right instant.

stopped by: seccomp
ends: security
"""

import ctypes
import sys

LIBC = ctypes.CDLL(None, use_errno=True)
X86 = "x86_64" in sys.implementation._multiarch
USERFAULTFD = 323 if X86 else 282
USER_MODE_ONLY = 1


def attempt(setup):
    return LIBC.syscall(USERFAULTFD, USER_MODE_ONLY) != -1


class Policy:
    def __init__(self, setup):
        self.got_through = attempt(setup)

    def decide(self, obs):
        return 2 if self.got_through else obs.last
