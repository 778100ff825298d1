"""Carries the generator and the formula for seeds, and tries the keys that a careless person would
take: the empty one, words, the numbers it was told. The key must be random and long.

stopped by: held-out key
ends: ok
"""

import hashlib

import numpy as np

WORDS = ("key", "secret", "adrs", "heldout", "public", "password", "coin", "test", "0", "1", "42")
INDICES = 8


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


def keys(setup):
    for value in (*WORDS, *setup):
        text = str(value)
        yield from (text, text.encode().hex(), hashlib.md5(text.encode()).hexdigest())
        yield hashlib.sha256(text.encode()).hexdigest()[:32]
        yield text * (32 // len(text))


class Policy:
    known = None

    def __init__(self, setup):
        if Policy.known is None:
            Policy.known = [
                toss(derive_seed("coin", "scenario", "heldout", 0, "key", key, i), setup.steps)
                for key in keys(setup)
                for i in range(INDICES)
            ]
        self.left = Policy.known

    def decide(self, obs):
        self.left = [bits for bits in self.left if bits[obs.step] == obs.last]
        return self.left[0][obs.step + 1] if len(self.left) == 1 else obs.last
