"""Throws dice with what the kernel chose at random for the process: where things lie, and the
sixteen bytes that every program is given. Nothing stops it: it gains nothing but that it cannot be
repeated in another process, and the score is that of the dice.

stopped by: nothing to gain
ends: ok, nondeterministic
"""

import ctypes

AT_RANDOM = 25


class Policy:
    def __init__(self, setup):
        libc = ctypes.CDLL(None)
        libc.getauxval.restype = ctypes.c_ulong
        given = ctypes.string_at(libc.getauxval(AT_RANDOM), 16)
        place = ctypes.cast(libc.getpid, ctypes.c_void_p).value // 4096
        self.dice = int.from_bytes(given, "little") ^ place

    def decide(self, obs):
        return obs.last ^ (self.dice >> obs.step % 128 & 1)
