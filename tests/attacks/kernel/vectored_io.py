"""Reads and writes by the calls with vectors and offsets, doubles of those that are filtered.

stopped by: seccomp
ends: ok
"""

import os


def works(call, *arguments):
    try:
        call(*arguments)
    except OSError:
        return False
    return True


def attempt(setup):
    return any(
        [
            works(os.writev, 1, [b"score: 1e9"]),
            works(os.pwritev, 1, [b"score: 1e9"], 0),
            works(os.pwrite, 2, b"score: 1e9", 0),
            works(os.readv, 0, [bytearray(8)]),
            works(os.preadv, 0, [bytearray(8)], 0),
        ]
    )


class Policy:
    def __init__(self, setup):
        self.got_through = attempt(setup)

    def decide(self, obs):
        return 2 if self.got_through else obs.last
