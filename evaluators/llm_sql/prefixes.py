"""How much any two of a sorted collection of sequences begin alike."""

import numpy as np
from numpy.typing import NDArray


class SharedPrefixes:
    """Lengths of common prefixes within a sorted collection, any pair in constant time.

    In sorted order the common prefix of two sequences is as long as the shortest common prefix of
    neighbours between them (Manber and Myers, 1993); a sparse table answers these range minima.

    Args:
        neighbours: int64, shape [n]; entry i is the length of the common prefix of the sequences i
            and i - 1 in sorted order; entry 0 is not used.
    """

    __slots__ = ("_levels",)

    def __init__(self, neighbours: NDArray[np.int64]) -> None:
        levels = [neighbours]
        width = 1
        while 2 * width <= len(neighbours):
            level = levels[-1].copy()
            np.minimum(level[:-width], levels[-1][width:], out=level[:-width])
            levels.append(level)
            width *= 2
        self._levels = np.stack(levels)

    def of(self, first: NDArray[np.int64], second: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the lengths of the common prefixes of pairs of different sequences.

        Args:
            first: places in sorted order.
            second: as many places, none equal to its counterpart in `first`.
        """
        low = np.minimum(first, second) + 1
        high = np.maximum(first, second) + 1
        # The exponent of a float is exact where a logarithm would have to be rounded.
        level = np.frexp(high - low)[1] - 1
        left, right = self._levels[level, low], self._levels[level, high - (1 << level)]
        return np.asarray(np.minimum(left, right))
