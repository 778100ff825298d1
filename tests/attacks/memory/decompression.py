"""Unpacks a small text to a large one: a quarter megabyte becomes a quarter gigabyte.

stopped by: RLIMIT_AS
ends: memory, exception
"""

import zlib

PACKER = zlib.compressobj(1)
BOMB = b"".join(PACKER.compress(bytes(2**20)) for _ in range(256)) + PACKER.flush()


class Policy:
    def __init__(self, setup):
        pass

    def decide(self, obs):
        return len(zlib.decompress(BOMB)) % 2
