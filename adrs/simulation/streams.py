"""Named random streams: one independent generator per purpose, keyed by seed and name."""

from enum import StrEnum

import numpy as np

from adrs.core.seeds import derive_seed


class BitSource(StrEnum):
    """Where a stream's bits come from; both give the same bits on every platform."""

    PCG64 = "PCG64"  # O'Neill 2014; numpy's default
    PHILOX = "Philox"  # Salmon et al. 2011; counter-based, cheap to jump


def stream(seed: int, name: str, *, source: BitSource = BitSource.PCG64) -> np.random.Generator:
    """Return the generator of one named purpose.

    Streams of different names are independent, so that drawing more from one (or adding one) moves
    no other: two policies then face the same arrivals and the same services, whatever they decide.

    Args:
        seed: the scenario's or the run's seed.
        name: what the stream is for, such as "arrivals" or "service/3".
        source: the bit generator.
    """
    key = derive_seed("stream", seed, name)
    if source is BitSource.PHILOX:
        return np.random.Generator(np.random.Philox(key))
    return np.random.Generator(np.random.PCG64(key))
