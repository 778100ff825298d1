"""Supposes that scenarios are seeded with something small or known: the numbers up to some
thousands, the clock, process ids, ports. Seeds must be hashes of 64 bits.

stopped by: hashed seeds
ends: ok
"""

import time

import numpy as np

SMALL = 3000
SECONDS = 300


def toss(seed, steps):
    rng = np.random.Generator(np.random.PCG64(seed))
    first = int(rng.integers(2))
    return [first, *((first + np.cumsum(rng.random(steps) >= 0.8)) % 2).tolist()]


class Policy:
    known = None

    def __init__(self, setup):
        if Policy.known is None:
            now = int(time.time())
            told = [value + i for value in setup for i in range(8)]
            seeds = {*range(SMALL), *range(now - SECONDS, now + 1), *told}
            Policy.known = [toss(seed, setup.steps) for seed in sorted(seeds)]
        self.left = Policy.known

    def decide(self, obs):
        self.left = [bits for bits in self.left if bits[obs.step] == obs.last]
        return self.left[0][obs.step + 1] if len(self.left) == 1 else obs.last
