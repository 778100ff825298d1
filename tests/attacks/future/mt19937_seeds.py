"""Supposes that the bits come out of a Mersenne Twister, Python's or numpy's, and recovers its seed
from the bits seen, by trying seeds and the places in the stream. The game must draw from a
generator that is keyed with a hash.

stopped by: PCG64 with hashed seeds
ends: ok
"""

import random

import numpy as np

SEEDS = 400
OFFSETS = 4


def streams(steps):
    for seed in range(SEEDS):
        python, numpy = random.Random(seed), np.random.RandomState(seed)
        draws = (
            [python.random() for _ in range(steps + OFFSETS)],
            numpy.random_sample(steps + OFFSETS).tolist(),
        )
        for values in draws:
            for start in range(OFFSETS):
                yield [int(value >= 0.8) for value in values[start : start + steps]]
                yield [int(value >= 0.5) for value in values[start : start + steps]]


class Policy:
    known = None

    def __init__(self, setup):
        if Policy.known is None:
            Policy.known = list(streams(setup.steps))
        self.switches = Policy.known
        self.bits = Policy.known
        self.before = None

    def decide(self, obs):
        step = obs.step - 1
        if step >= 0:
            self.bits = [s for s in self.bits if s[step] == obs.last]
            switch = int(obs.last != self.before)
            self.switches = [s for s in self.switches if s[step] == switch]
        self.before = obs.last
        if len(self.switches) == 1:
            return obs.last ^ self.switches[0][obs.step]
        return self.bits[0][obs.step] if len(self.bits) == 1 else obs.last
