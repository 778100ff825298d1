"""Carries a copy of the game's generator and of the formula for seeds, and searches all public
scenarios for the one that begins with the bits it has seen; from there on it knows the future.
Held-out seeds must come from a secret.

stopped by: held-out key
ends: ok
"""

import hashlib

import numpy as np

SPLITS = ("train", "validation", "heldout", "shifted", "stress")
DRAWS = 4
INDICES = 16


def derive_seed(*parts):
    digest = hashlib.blake2b(digest_size=8)
    for part in parts:
        text = f"{type(part).__name__}:{part}".encode()
        digest.update(len(text).to_bytes(4, "little"))
        digest.update(text)
    return int.from_bytes(digest.digest(), "little")


def toss(seed, steps):
    rng = np.random.Generator(np.random.PCG64(seed))
    first = int(rng.integers(2))
    return [first, *((first + np.cumsum(rng.random(steps) >= 0.8)) % 2).tolist()]


class Policy:
    known = None

    def __init__(self, setup):
        if Policy.known is None:
            Policy.known = [
                toss(derive_seed("coin", "scenario", split, draw, index), setup.steps)
                for split in SPLITS
                for draw in range(DRAWS)
                for index in range(INDICES)
            ]
        self.left = Policy.known

    def decide(self, obs):
        self.left = [bits for bits in self.left if bits[obs.step] == obs.last]
        return self.left[0][obs.step + 1] if len(self.left) == 1 else obs.last
