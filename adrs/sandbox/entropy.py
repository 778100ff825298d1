"""Randomness without entropy: in a candidate's process every generator starts the same way.

The kernel's generator is denied to candidates, as a program that draws from it cannot be replayed.
Generators that are made without a seed, which would ask it, get theirs from one fixed stream.
"""

import os
import random

import numpy as np

_SEED = 0


def replace_entropy() -> None:
    """Route os.urandom and unseeded generators of this process to a fixed stream, for good."""
    stream = random.Random(_SEED)
    seed_from = random.Random.seed

    def seed(
        generator: random.Random,
        a: int | float | str | bytes | bytearray | None = None,
        version: int = 2,
    ) -> None:
        seed_from(generator, stream.getrandbits(64) if a is None else a, version)

    random.Random.seed = seed  # type: ignore[method-assign, assignment]
    random.seed = random._inst.seed
    # numpy's unseeded generators draw through random.SystemRandom, and that through this name.
    random._urandom = stream.randbytes  # type: ignore[attr-defined]
    os.urandom = stream.randbytes


def seed_global_generators() -> None:
    """Bring the global generators of `random` and `numpy.random` into their first state."""
    random.seed(_SEED)
    np.random.seed(_SEED)


def seed_after_fork() -> None:
    """Undo what `random` does at a fork: it reseeds its generator; numpy's stays as it is."""
    random.seed(_SEED)
