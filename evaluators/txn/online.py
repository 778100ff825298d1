"""Plays a batch of independent online scenarios in lockstep.

Transactions come over time and are served by a bounded number of workers. Whenever a worker is free
and somebody waits, the policy sees the `WINDOW` transactions that have waited longest and admits
one, or waits for the next arrival or end. Whoever is admitted comes after all earlier admitted ones
in the order of `transactions`: it starts as soon as it may, stalls until then, and holds its worker
from admission to end. Times are whole slots.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from adrs.sandbox.protocol import Session

from .incoming import NEVER, Incoming, Tables
from .interface import CANDIDATE, OBSERVATION, OBSERVATION_DTYPE, SETUP_DTYPE, STATE, WAIT, WINDOW

_FREE = -NEVER  # of the entry that unused looks read
_PLACES = np.arange(WINDOW)


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """What happened in one scenario.

    Attributes:
        violation: what the policy did that it may not; empty when it did nothing of the kind.
        admitted: slot at which each transaction was admitted, int64 [txns].
        starts: slot at which each started, int64 [txns].
        waits: how often the policy chose to wait.
        forced: how often it chose so although nothing could happen any more.
    """

    violation: str
    admitted: NDArray[np.int64]
    starts: NDArray[np.int64]
    waits: int
    forced: int


def simulate(workloads: Sequence[Incoming], session: Session) -> list[Played]:
    """Drive one policy object per workload and return what happened in each.

    Raises:
        PolicyFailed: let through from the session.
    """
    setups = [(workload.workers, workload.kinds) for workload in workloads]
    session.begin(np.array(setups, dtype=SETUP_DTYPE))
    return _Lockstep(workloads).run(session)


class _Lockstep:
    """State of all scenarios, one row each; `active` are those that have a decision to make.

    A transaction is a row of the stacked tables, scenario * (most txns + 1) + index.
    """

    def __init__(self, workloads: Sequence[Incoming]) -> None:
        count = len(workloads)
        self._counts = np.array([w.work.count for w in workloads])
        self._stack([workload.tables for workload in workloads])
        self._window = np.minimum(_PLACES[None, :], self._counts[:, None])
        self._next = np.minimum(WINDOW, self._counts)
        most = max(w.workers for w in workloads)
        self._ends = np.full((count, most), NEVER, dtype=np.int64)
        for row, workload in enumerate(workloads):
            self._ends[row, : workload.workers] = 0
        self._now = np.zeros(count, dtype=np.int64)
        self._horizon = np.zeros(count, dtype=np.int64)
        self._last = np.tile(np.array([-1, 0], dtype=np.int64), (count, 1))
        self._done = np.zeros(count, dtype=np.int64)
        self._waits = np.zeros(count, dtype=np.int64)
        self._forced = np.zeros(count, dtype=np.int64)
        self._admitted = np.zeros((count, self._width), dtype=np.int64)
        self._starts = np.zeros((count, self._width), dtype=np.int64)
        self._violations = [""] * count
        self._active = np.arange(count)

    def _stack(self, prepared: Sequence[Tables]) -> None:
        count = len(prepared)
        self._width = int(self._counts.max()) + 1
        size = max(table.entries for table in prepared) + 2
        self._table = np.zeros(count * size, dtype=np.int64)
        self._looks = self._joined([t.looks for t in prepared], size)
        self._known = self._joined([t.known_looks for t in prepared], size)
        self._marks = self._joined([t.marks for t in prepared], size)
        self._clash = np.zeros((count * self._width, self._width), dtype=np.bool_)
        self._fixed = np.zeros((4, count * self._width), dtype=np.int64)
        self._arrivals = np.full((count, self._width), NEVER, dtype=np.int64)
        for row, table in enumerate(prepared):
            rows = slice(row * self._width, row * self._width + len(table.arrivals))
            self._clash[rows, : len(table.arrivals)] = table.clash
            self._fixed[:, rows] = table.fixed
            self._arrivals[row, : len(table.arrivals)] = table.arrivals
            self._table[row * size + table.entries] = _FREE

    def _joined(self, tables: Sequence[NDArray[np.int64]], size: int) -> NDArray[np.int64]:
        """Return one table of all scenarios' pairs, entries numbered through, [2, rows, pairs]."""
        pairs = max(table.shape[2] for table in tables)
        joined = np.zeros((2, len(tables), self._width, pairs), dtype=np.int64)
        for row, table in enumerate(tables):
            joined[0, row] = row * size + int(table[0, -1, 0])
            joined[:, row, : table.shape[1], : table.shape[2]] = table
            joined[0, row, : table.shape[1], : table.shape[2]] += row * size
        return joined.reshape(2, -1, pairs)

    def run(self, session: Session) -> list[Played]:
        """Play to the end of every scenario."""
        self._settle()
        while len(self._active):
            view = self._look()
            decisions = session.decide(self._active.astype(np.int32), view.frames)
            places = self._checked(decisions.astype(np.int64), view)
            self._admit(view, places)
            self._wait(view.rows[places == WAIT])
            self._settle()
        return [self._played(row) for row in range(len(self._counts))]

    def _look(self) -> "_View":
        """Return what the policies of the active scenarios are shown."""
        rows = self._active
        now = self._now[rows]
        window = self._window[rows]
        index = window + rows[:, None] * self._width
        age = now[:, None] - self._arrivals.take(index)
        present = age >= 0
        free = self._table.take(self._known[0].take(index, axis=0))
        free -= self._known[1].take(index, axis=0)
        clash = self._clash[index[:, :, None], window[:, None, :]] & present[:, None, :]
        columns = np.empty((len(CANDIDATE), *index.shape), dtype=np.int64)
        columns[0] = age
        columns[1], columns[4], columns[5], columns[6] = self._fixed[:, index]
        columns[2] = np.maximum(free.max(axis=2) - now[:, None], 0)
        columns[3] = clash.sum(axis=2)
        columns *= present
        shown = present.sum(axis=1)
        frames = np.empty((len(rows), len(OBSERVATION)), dtype=np.int64)
        frames[:, len(STATE) :] = columns.transpose(1, 0, 2).reshape(len(rows), -1)
        ends = self._ends[rows]
        frames[:, 0] = now
        frames[:, 1] = shown
        frames[:, 2] = self._arrived(rows) - self._done[rows]
        frames[:, 3] = ((ends > now[:, None]) & (ends < NEVER)).sum(axis=1)
        frames[:, 4] = self._horizon[rows]
        frames[:, 5:7] = self._last[rows]
        return _View(
            rows=rows,
            window=window,
            shown=shown,
            stall=columns[2],
            frames=frames.view(OBSERVATION_DTYPE)[:, 0],
        )

    def _arrived(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return how many transactions have come by now."""
        come = self._arrivals[rows] <= self._now[rows, None]
        count: NDArray[np.int64] = np.count_nonzero(come, axis=1)
        return count

    def _next_event(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return when the next transaction comes or ends, `NEVER` if none will."""
        ends = self._ends[rows]
        ahead = np.where(ends > self._now[rows, None], ends, NEVER)
        event: NDArray[np.int64] = ahead.min(axis=1)
        return np.minimum(event, self._arrivals[rows, self._arrived(rows)])

    def _checked(self, decisions: NDArray[np.int64], view: "_View") -> NDArray[np.int64]:
        """Return the places admitted, `WAIT` where none is; note faults and forced admissions."""
        waits = decisions == WAIT
        for at in np.flatnonzero(~waits & (decisions >= view.shown)).tolist():
            self._violations[int(view.rows[at])] = (
                f"admitted waiting transaction {int(decisions[at])} where there were "
                f"{int(view.shown[at])}, counted from 0"
            )
            self._done[view.rows[at]] = self._counts[view.rows[at]]
        waiting = view.rows[waits]
        self._waits[waiting] += 1
        stuck = self._next_event(waiting) >= NEVER
        self._forced[waiting[stuck]] += 1
        decisions[np.flatnonzero(waits)[stuck]] = 0
        return decisions

    def _admit(self, view: "_View", places: NDArray[np.int64]) -> None:
        """Give the chosen transactions to workers and enter them into the lock table."""
        at = np.flatnonzero(places < np.minimum(WAIT, view.shown))
        rows, place = view.rows[at], places[at]
        chosen = view.window[at, place]
        index = chosen + rows * self._width
        now = self._now[rows]
        free = self._table.take(self._looks[0].take(index, axis=0))
        free -= self._looks[1].take(index, axis=0)
        start = np.maximum(free.max(axis=1), now)
        end = start + self._fixed[0].take(index)
        marks = self._marks[0].take(index, axis=0)
        after = self._marks[1].take(index, axis=0) + start[:, None]
        self._table[marks] = np.maximum(self._table.take(marks), after)
        self._ends[rows, self._ends[rows].argmin(axis=1)] = end
        self._horizon[rows] = np.maximum(self._horizon[rows], end)
        self._last[rows, 0] = self._fixed[3].take(index)
        self._last[rows, 1] = start - now - view.stall[at, place]
        self._admitted[rows, chosen] = now
        self._starts[rows, chosen] = start
        self._done[rows] += 1
        self._close_gap(rows, place)

    def _close_gap(self, rows: NDArray[np.int64], place: NDArray[np.int64]) -> None:
        """Let those who waited behind an admitted transaction move up, and one more be seen."""
        longer = np.concatenate((self._window[rows], self._next[rows, None]), axis=1)
        moved = _PLACES[None, :] + (_PLACES[None, :] >= place[:, None])
        self._window[rows] = np.take_along_axis(longer, moved, axis=1)
        self._next[rows] = np.minimum(self._next[rows] + 1, self._counts[rows])

    def _wait(self, rows: NDArray[np.int64]) -> None:
        self._now[rows] = self._next_event(rows)

    def _settle(self) -> None:
        """Go on to the next decision of every active scenario; drop those that have none."""
        rows = self._active[self._done[self._active] < self._counts[self._active]]
        arrived = self._arrived(rows)
        coming = np.where(arrived > self._done[rows], 0, self._arrivals[rows, arrived])
        soonest = self._ends[rows].min(axis=1)
        self._now[rows] = np.maximum(np.maximum(self._now[rows], coming), soonest)
        self._active = rows

    def _played(self, row: int) -> Played:
        count = int(self._counts[row])
        return Played(
            violation=self._violations[row],
            admitted=self._admitted[row, :count],
            starts=self._starts[row, :count],
            waits=int(self._waits[row]),
            forced=int(self._forced[row]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _View:
    """What was shown at one decision of the active scenarios.

    Attributes:
        rows: the scenarios, [n].
        window: the transactions at the places, [n, WINDOW].
        shown: how many places are taken, [n].
        stall: as shown, [n, WINDOW].
        frames: observations, [n].
    """

    rows: NDArray[np.int64]
    window: NDArray[np.int64]
    shown: NDArray[np.int64]
    stall: NDArray[np.int64]
    frames: NDArray[np.void]
