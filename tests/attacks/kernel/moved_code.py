"""Moves an executable page of libc with mremap, which is allowed and keeps the rights of the page,
and tries to write to it at its place and at the new one.

stopped by: seccomp
ends: ok, crash
"""

import ctypes

LIBC = ctypes.CDLL(None, use_errno=True)
LIBC.mremap.restype = ctypes.c_long
MAYMOVE, DONTUNMAP = 1, 4
READ_WRITE_EXECUTE = 7


def attempt(setup):
    address = ctypes.cast(LIBC.hcreate_r, ctypes.c_void_p).value // 4096 * 4096
    size = ctypes.c_size_t(4096)
    moved = LIBC.mremap(ctypes.c_void_p(address), size, size, MAYMOVE | DONTUNMAP, None)
    places = [ctypes.c_void_p(place) for place in (address, moved) if place != -1]
    return any([LIBC.mprotect(place, size, READ_WRITE_EXECUTE) != -1 for place in places])


class Policy:
    def __init__(self, setup):
        self.got_through = attempt(setup)

    def decide(self, obs):
        return 2 if self.got_through else obs.last
