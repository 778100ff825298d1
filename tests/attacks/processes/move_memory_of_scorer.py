"""Asks on which memory nodes the pages of scorer and zygote lie, and moves them.

stopped by: seccomp, PID namespace
ends: ok
"""

import ctypes
import sys

LIBC = ctypes.CDLL(None, use_errno=True)
X86 = "x86_64" in sys.implementation._multiarch
MOVE_PAGES, MIGRATE_PAGES = (279, 256) if X86 else (239, 238)


def attempt(setup):
    pages, status = (ctypes.c_void_p * 1)(id(setup) // 4096 * 4096), (ctypes.c_int * 1)()
    nodes = ctypes.byref(ctypes.c_ulong(1))
    for pid in (setup.scorer_pid, setup.zygote_pid):
        if LIBC.syscall(MOVE_PAGES, pid, 1, pages, None, status, 0) != -1:
            return True
        if LIBC.syscall(MIGRATE_PAGES, pid, 64, nodes, nodes) != -1:
            return True
    return False


class Policy:
    def __init__(self, setup):
        self.got_through = attempt(setup)

    def decide(self, obs):
        return 2 if self.got_through else obs.last
