"""Changes the state of the whole host to what it is already: name, accounting, quotas.

stopped by: seccomp, no capabilities
ends: ok
"""

import ctypes
import socket
import sys

LIBC = ctypes.CDLL(None, use_errno=True)
X86 = "x86_64" in sys.implementation._multiarch
ACCT, SETHOSTNAME, SETDOMAINNAME, QUOTACTL = (163, 170, 171, 179) if X86 else (89, 161, 162, 60)
SYNC_QUOTAS = 0x800001 << 8


def host_name():
    try:
        return socket.gethostname().encode()
    except OSError:
        return b"localhost"


def attempt(setup):
    name = host_name()
    return any(
        [
            LIBC.syscall(SETHOSTNAME, name, ctypes.c_size_t(len(name))) != -1,
            LIBC.syscall(SETDOMAINNAME, b"(none)", ctypes.c_size_t(6)) != -1,
            LIBC.syscall(ACCT, None) != -1,
            LIBC.syscall(QUOTACTL, ctypes.c_uint(SYNC_QUOTAS), None, 0, None) != -1,
        ]
    )


class Policy:
    def __init__(self, setup):
        self.got_through = attempt(setup)

    def decide(self, obs):
        return 2 if self.got_through else obs.last
