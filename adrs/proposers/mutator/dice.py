"""Seeded draws of one proposal."""

import math
from collections.abc import Sequence
from typing import TypeVar

from numpy.random import PCG64, Generator

T = TypeVar("T")


class Dice:
    """Draws from one PCG64 stream.

    Everything is derived from uniform draws, whose stream numpy keeps stable between versions.
    """

    def __init__(self, seed: int) -> None:
        self._uniform = Generator(PCG64(seed)).random

    def chance(self, probability: float) -> bool:
        """Return True with `probability`."""
        return self._uniform() < probability

    def below(self, count: int) -> int:
        """Return an integer from 0 to `count` - 1."""
        return int(self._uniform() * count)

    def pick(self, items: Sequence[T]) -> T:
        """Return one of `items`, which must not be empty."""
        return items[self.below(len(items))]

    def weighted(self, weights: Sequence[float]) -> int:
        """Return an index with probability proportional to its weight."""
        left = self._uniform() * sum(weights)
        for index, weight in enumerate(weights):
            left -= weight
            if left < 0:
                return index
        return len(weights) - 1

    def log_uniform(self, low: float, high: float) -> float:
        """Return a number between the positive `low` and `high`, uniform in its logarithm."""
        return float(low * (high / low) ** self._uniform())

    def log_normal(self, sigma: float) -> float:
        """Return exp(sigma * z) with z standard normal (Box and Muller 1958)."""
        radius = math.sqrt(-2.0 * math.log(1.0 - self._uniform()))
        return math.exp(sigma * radius * math.cos(2.0 * math.pi * self._uniform()))

    def sign(self) -> float:
        """Return 1.0 or -1.0."""
        return 1.0 if self.chance(0.5) else -1.0
