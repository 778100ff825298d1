"""An online instance: transactions, when they come, and how much of them is known then."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .transactions import NO_CONFLICT, NO_KEY, Transactions, restricted, separations

NEVER = 2**40


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Incoming:
    """Transactions in the order of their arrival; arrays are read-only.

    Attributes:
        work: the transactions, as they turn out to be.
        arrivals: the slot at which each comes, ascending, int64 [txns].
        workers: how many may be admitted at a time.
        tables: the same as the simulator reads it.
    """

    work: Transactions
    arrivals: NDArray[np.int64]
    workers: int
    tables: "Tables"

    @property
    def kinds(self) -> int:
        """How many kinds of transactions there are; they are 0 to kinds - 1."""
        return int(self.work.kinds.max(initial=0)) + 1


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Tables:
    """An instance in arrays of equal rows; row `txns` stands for no transaction.

    Unused places look at the entry `entries`, which is always free, and mark `entries + 1`, at
    which nobody looks.

    Attributes:
        entries: size of the lock table.
        looks: entry and slot of each look, int64 [2, txns + 1, looks].
        known_looks: the same of the accesses that are known on arrival.
        marks: entry and after of each mark, int64 [2, txns + 1, marks].
        clash: which pairs conflict by their known accesses, bool [txns + 1, txns + 1].
        fixed: length, known accesses, known writes and kind, int64 [4, txns + 1].
        arrivals: int64 [txns + 1]; the last is `NEVER`.
    """

    entries: int
    looks: NDArray[np.int64]
    known_looks: NDArray[np.int64]
    marks: NDArray[np.int64]
    clash: NDArray[np.bool_]
    fixed: NDArray[np.int64]
    arrivals: NDArray[np.int64]


def incoming(
    work: Transactions, arrivals: NDArray[np.int64], known: NDArray[np.bool_], workers: int
) -> Incoming:
    """Return an instance.

    Args:
        work: the transactions, in the order of arrival.
        arrivals: ascending, int64 [txns].
        known: which accesses are known on arrival, bool [txns, slots].
        workers: at least 1.
    """
    times = arrivals.copy()
    times.flags.writeable = False
    tables = _tables(work, times, known)
    return Incoming(work=work, arrivals=times, workers=workers, tables=tables)


def _tables(work: Transactions, arrivals: NDArray[np.int64], known: NDArray[np.bool_]) -> Tables:
    seen = restricted(work, known)
    count, entries = work.count, work.entries
    clash = np.zeros((count + 1, count + 1), dtype=np.bool_)
    apart = separations(seen) != NO_CONFLICT
    clash[:count, :count] = apart | apart.T
    fixed = np.zeros((4, count + 1), dtype=np.int64)
    accesses, writes = (seen.keys != NO_KEY).sum(axis=1), seen.writes.sum(axis=1)
    fixed[:, :count] = work.lengths, accesses, writes, work.kinds
    return Tables(
        entries=entries,
        looks=_matrix([one.looks for one in work.footprints], entries),
        known_looks=_matrix([one.looks for one in seen.footprints], entries),
        marks=_matrix([one.marks for one in work.footprints], entries + 1),
        clash=clash,
        fixed=fixed,
        arrivals=np.append(arrivals, NEVER),
    )


def _matrix(rows: list[tuple[tuple[int, int], ...]], unused: int) -> NDArray[np.int64]:
    """Return pairs as [2, rows + 1, most pairs of a row], padded with (unused, 0)."""
    width = max((len(row) for row in rows), default=0)
    table = np.zeros((2, len(rows) + 1, max(width, 1)), dtype=np.int64)
    table[0] = unused
    for index, row in enumerate(rows):
        if row:
            table[:, index, : len(row)] = np.array(row).T
    return table
