"""Takes all memory down to the last bytes, swallows the error and plays on, so that the stub, not
the program, runs out of memory while it answers.

stopped by: RLIMIT_AS
ends: ok, memory
"""

KEPT = []
size = 1 << 26
while size >= 64:
    try:
        KEPT.append(bytearray(size))
    except MemoryError:
        size //= 2


class Policy:
    def __init__(self, setup):
        pass

    def decide(self, obs):
        return obs.last
