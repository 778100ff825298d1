"""Transactions, and the rule that says when one can start after others.

Time goes in slots. A transaction of length L that starts at slot s runs to the end of slot
s + L - 1 without a pause; what it does in its slot p happens at s + p: it reads a key, writes one,
or computes. Transactions are ordered one after another and each starts as soon as it may: its write
of a key comes after every earlier transaction's access to the key, its read after every earlier
transaction's write. Any number may run at a time, so the order alone decides how long all take.

These are the rules of the published simulator (ADRS benchmark `txn_scheduling`; makespan as in
Cheng et al., "Towards Optimal Transaction Scheduling", PVLDB 17(11), 2024, doi
10.14778/3681954.3681956): a schedule that is decided first and then executed exactly.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

NO_KEY = -1
NO_CONFLICT = -(2**40)
Access = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Footprint:
    """What one transaction asks of the lock table and leaves in it.

    The table has two entries per key: entry `key` is the first slot in which the key may be read,
    entry `num_keys + key` the first in which it may be written. All are 0 at first.

    Attributes:
        length: slots from start to end.
        looks: (entry, slot): the transaction may not be in `slot` before the entry's slot.
        marks: (entry, after): the entry becomes at least start + after.
    """

    length: int
    looks: tuple[Access, ...]
    marks: tuple[Access, ...]

    def start(self, table: Sequence[int], earliest: int) -> int:
        """Return the first slot from `earliest` on in which it can start."""
        free = max([table[entry] - slot for entry, slot in self.looks], default=0)
        return max(free, earliest)

    def leave(self, table: list[int], start: int) -> None:
        """Enter its accesses into the table, given where it starts."""
        for entry, after in self.marks:
            table[entry] = max(table[entry], start + after)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Transactions:
    """Transactions in the order in which they came; arrays are read-only.

    Attributes:
        keys: the key accessed in each slot, `NO_KEY` where none is, int64 [txns, slots].
        writes: whether that access is a write, bool [txns, slots].
        lengths: slots of each transaction, int64 [txns]; slots from there on hold `NO_KEY`.
        kinds: what kind of transaction each is, such as a payment; int64 [txns], from 0.
        num_keys: keys are 0 to num_keys - 1.
        footprints: the same accesses as the rule needs them, one per transaction.
    """

    keys: NDArray[np.int64]
    writes: NDArray[np.bool_]
    lengths: NDArray[np.int64]
    kinds: NDArray[np.int64]
    num_keys: int
    footprints: tuple[Footprint, ...]

    @property
    def count(self) -> int:
        """How many transactions there are."""
        return len(self.lengths)

    @property
    def entries(self) -> int:
        """Size of the lock table."""
        return 2 * self.num_keys


def transactions(
    keys: NDArray[np.int64],
    writes: NDArray[np.bool_],
    lengths: NDArray[np.int64],
    kinds: NDArray[np.int64],
) -> Transactions:
    """Return transactions whose keys are numbered anew, by first appearance.

    Args:
        keys: any numbers for keys, `NO_KEY` where there is no access, [txns, slots].
        writes: [txns, slots].
        lengths: [txns].
        kinds: [txns].
    """
    flat = keys.ravel()
    used = flat[flat != NO_KEY]
    values, first = np.unique(used, return_index=True)
    number = np.empty(len(values), dtype=np.int64)
    number[np.argsort(first, kind="stable")] = np.arange(len(values))
    numbered = np.full(keys.shape, NO_KEY, dtype=np.int64)
    numbered[keys != NO_KEY] = number[np.searchsorted(values, used)]
    return _made(numbered, writes & (keys != NO_KEY), lengths, kinds, len(values))


def restricted(work: Transactions, accesses: NDArray[np.bool_]) -> Transactions:
    """Return the transactions with these accesses only, bool [txns, slots]; keys keep numbers."""
    keys = np.where(accesses, work.keys, NO_KEY)
    return _made(keys, work.writes & accesses, work.lengths, work.kinds, work.num_keys)


def _made(
    keys: NDArray[np.int64],
    writes: NDArray[np.bool_],
    lengths: NDArray[np.int64],
    kinds: NDArray[np.int64],
    num_keys: int,
) -> Transactions:
    keys, lengths, kinds = keys.copy(), lengths.astype(np.int64), kinds.astype(np.int64)
    for array in (keys, writes, lengths, kinds):
        array.flags.writeable = False
    footprints = tuple(
        footprint(int(length), row, written, num_keys=num_keys)
        for length, row, written in zip(lengths, keys.tolist(), writes.tolist(), strict=True)
    )
    return Transactions(
        keys=keys,
        writes=writes,
        lengths=lengths,
        kinds=kinds,
        num_keys=num_keys,
        footprints=footprints,
    )


def footprint(
    length: int, keys: Sequence[int], writes: Sequence[bool], *, num_keys: int
) -> Footprint:
    """Return what a transaction with these accesses, one per slot, asks and leaves."""
    looks: dict[int, int] = {}
    marks: dict[int, int] = {}
    for slot, (key, write) in enumerate(zip(keys, writes, strict=True)):
        if key == NO_KEY:
            continue
        # Of several looks at an entry the earliest slot binds, of several marks the latest.
        looks.setdefault(num_keys + key if write else key, slot)
        marks[num_keys + key] = slot + 1
        if write:
            marks[key] = slot + 1
    return Footprint(length=length, looks=tuple(looks.items()), marks=tuple(marks.items()))


def ends_in_order(work: Transactions, order: Sequence[int]) -> list[int]:
    """Return the slot after the last one of each transaction of an order, in that order."""
    table = [0] * work.entries
    ends = []
    for index in order:
        one = work.footprints[index]
        start = one.start(table, 0)
        one.leave(table, start)
        ends.append(start + one.length)
    return ends


def separations(work: Transactions) -> NDArray[np.int64]:
    """Return by how much j must start after i if i comes before j in the order, [txns, txns].

    Entry (i, j) is the most of after - slot over the entries that i marks and j looks at, negative
    where j may start before i; `NO_CONFLICT` where there is none.
    """
    apart = np.full((work.count, work.count), NO_CONFLICT, dtype=np.int64)
    marked, looked = _by_entry(work)
    for entry in sorted(marked.keys() & looked.keys()):
        first, after = np.array(marked[entry]).T
        second, slot = np.array(looked[entry]).T
        part = np.ix_(first, second)
        apart[part] = np.maximum(apart[part], after[:, None] - slot[None, :])
    np.fill_diagonal(apart, NO_CONFLICT)
    return apart


def _by_entry(work: Transactions) -> tuple[dict[int, list[Access]], dict[int, list[Access]]]:
    marked: dict[int, list[Access]] = {}
    looked: dict[int, list[Access]] = {}
    for index, one in enumerate(work.footprints):
        for entry, after in one.marks:
            marked.setdefault(entry, []).append((index, after))
        for entry, slot in one.looks:
            looked.setdefault(entry, []).append((index, slot))
    return marked, looked
