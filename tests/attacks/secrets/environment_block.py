"""Reads the block of arguments and variables that the kernel put on the stack at the last exec,
where variables live on after os.environ has been emptied. The zygote's block never held a secret.

stopped by: clean environment
ends: ok
"""

import ctypes

AT_EXECFN = 31
BLOCK_BYTES = 65536


def attempt(setup):
    libc = ctypes.CDLL(None)
    libc.getauxval.restype = ctypes.c_ulong
    end = libc.getauxval(AT_EXECFN)  # the name of the executable closes the block
    return b"SIEGE_KEY=" in ctypes.string_at(end - BLOCK_BYTES, BLOCK_BYTES)


class Policy:
    def __init__(self, setup):
        self.got_through = attempt(setup)

    def decide(self, obs):
        return 2 if self.got_through else obs.last
