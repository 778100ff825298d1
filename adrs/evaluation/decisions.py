"""A hash of all that a program decided in an evaluation."""

import hashlib
import itertools
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

HELD = 1 << 18  # decisions that are kept before they are hashed
_DIGEST_BYTES = 8


class DecisionHash:
    """Hashes what is decided in every slot by itself, then all slots together.

    So it does not matter which scenarios were played side by side, nor in which order: programs
    that decide alike have the same hash, whether they raced or not. In which scenario something was
    decided is not told by it, but by the value that came of it there.
    """

    def __init__(self) -> None:
        self._slots: list[bytes] = []
        self._decisions: list[bytes] = []
        self._held = 0
        self._hashes: dict[int, hashlib.blake2b] = {}
        self._ended: list[bytes] = []

    def add(self, slots: NDArray[np.int32], decisions: NDArray[np.int32]) -> None:
        """Add one decision for each of the slots."""
        self._slots.append(slots.tobytes())
        self._decisions.append(decisions.tobytes())
        self._held += len(slots)
        if self._held >= HELD:
            self._sort_in()

    def add_plan(self, slot: int, arrays: Sequence[NDArray[np.generic]]) -> None:
        """Add a plan that was made in a slot."""
        known = self._hash_of(slot)
        for array in arrays:
            known.update(repr(array.shape).encode())
            known.update(array.tobytes())

    def end_group(self) -> None:
        """Close the slots: what is added from here on is of other scenarios."""
        self._sort_in()
        self._ended += [known.digest() for known in self._hashes.values()]
        self._hashes.clear()

    def hexdigest(self, values: Sequence[float] = ()) -> str:
        """Return the hash of all that was added, 16 hexadecimal digits.

        Args:
            values: what came of it, scenario by scenario, where that repeats.
        """
        self.end_group()
        known = hashlib.blake2b(b"".join(sorted(self._ended)), digest_size=_DIGEST_BYTES)
        known.update(np.array(values, np.float64).tobytes())
        return known.hexdigest()

    def _sort_in(self) -> None:
        """Add the decisions that are held to the hashes of their slots."""
        if not self._held:
            return
        slots = np.frombuffer(b"".join(self._slots), np.int32)
        decisions = np.frombuffer(b"".join(self._decisions), np.int32)
        # NumPy sorts numbers of 16 bits by counting, several times faster than larger ones.
        keys = slots.astype(np.uint16) if slots.max() < 1 << 16 else slots
        order = np.argsort(keys, kind="stable")
        slots, in_slots = slots[order], decisions[order].data
        cuts = (np.flatnonzero(np.diff(slots)) + 1).tolist()
        for start, end in itertools.pairwise([0, *cuts, len(slots)]):
            self._hash_of(int(slots[start])).update(in_slots[start:end])
        self._slots.clear()
        self._decisions.clear()
        self._held = 0

    def _hash_of(self, slot: int) -> hashlib.blake2b:
        if slot not in self._hashes:
            self._hashes[slot] = hashlib.blake2b(digest_size=_DIGEST_BYTES)
        return self._hashes[slot]
