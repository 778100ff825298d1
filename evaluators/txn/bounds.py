"""Proven lower bounds on the time that any order of the transactions can take.

Whatever the order, and whatever chose it, transaction j starts at least `separations(i, j)` slots
after i if it comes after i in the order, and never before it has arrived. So the bounds hold for
the planner's makespan and for the online scheduler's, whose further rules only delay.

Three relaxations; the largest is returned:

1. One key at a time (`_one_key`). From its first access to a key up to its last write of it, a
   transaction that writes the key excludes every other writer's such span: if i comes before j, all
   of j's accesses come after i's last write, as a read comes after every earlier write and a write
   after every earlier access. So a key is a machine, the spans are jobs, the slots before and
   after them heads and tails. The preemptive schedule by longest tail (Jackson's) is optimal where
   jobs may be interrupted, and no longer than any where they may not. With spans from the first
   write on, one transaction that only reads the key, from its first read to its last, is a job too.
2. One clique at a time (`_clique`). Let every transaction of a set have a reference point x_i such
   that for each two, either order of theirs puts the reference points at least a slot apart. Then
   the points of a schedule, in the order of time, follow one another at the distances
   separations(i, j) + x_j - x_i at least: the time is no less than that of a shortest path through
   all of them, which is no less than the least assignment of successors.
3. The workers: what arrives from a moment on has to fit into the slots of the workers after it.
"""

import heapq

import numpy as np
from numpy.typing import NDArray

from .assignment import least_assignment
from .transactions import NO_KEY, Transactions, separations

_KEYS = 3  # as many of the most written keys are tried as reference points
_LARGEST_CLIQUE = 120  # an assignment costs the cube of it
_NEVER = 2**40
Job = tuple[int, int, int]  # head, time on the machine, tail


def least_makespan(
    work: Transactions, arrivals: NDArray[np.int64], workers: int | None = None
) -> int:
    """Return a lower bound on the slot after the last one of all transactions, 0 for none.

    Args:
        work: the transactions.
        arrivals: the slot before which each cannot start, int64 [txns].
        workers: how many may run at a time; None for any number.
    """
    if work.count == 0:
        return 0
    best = int((arrivals + work.lengths).max())
    if workers is not None:
        best = max(best, _workers(work.lengths, arrivals, workers))
    uses = _uses(work, arrivals)
    for use in uses:
        best = max(best, _one_key(use))
    apart = separations(work)
    for use in sorted(uses, key=lambda use: -len(use.writers))[:_KEYS]:
        best = max(best, _clique(work, arrivals, apart, use))
    return best


def _workers(lengths: NDArray[np.int64], arrivals: NDArray[np.int64], workers: int) -> int:
    order = np.argsort(-arrivals, kind="stable")
    after = np.cumsum(lengths[order])
    return int((arrivals[order] - (-after // workers)).max())


class _Use:
    """Who uses one key: its writers and readers, with the slots of their accesses.

    Attributes:
        key: the key.
        writers: transactions that write it.
        readers: transactions that only read it.
    """

    def __init__(self, key: int, work: Transactions, arrivals: NDArray[np.int64]) -> None:
        self.key = key
        self.writers: list[int] = []
        self.readers: list[int] = []
        self._spans: dict[int, tuple[int, int, int, int]] = {}
        self._lengths = work.lengths
        self._arrivals = arrivals

    def add(self, index: int, slots: list[int], written: list[int]) -> None:
        """Note that a transaction accesses the key in `slots`, and writes it in `written`."""
        (self.writers if written else self.readers).append(index)
        writes = written or slots
        self._spans[index] = (slots[0], slots[-1], writes[0], writes[-1])

    def reference(self, index: int) -> int:
        """Return the slot of the first write, of the first read where there is none."""
        return self._spans[index][2]

    def jobs(self, *, from_access: bool) -> list[Job]:
        """Return the writers' spans: from the first access, or first write, to the last write."""
        spans = [(i, self._spans[i]) for i in self.writers]
        return [self._job(i, s[0] if from_access else s[2], s[3]) for i, s in spans]

    def reads(self) -> list[Job]:
        """Return the readers' spans, from the first read to the last."""
        return [self._job(i, self._spans[i][0], self._spans[i][1]) for i in self.readers]

    def _job(self, index: int, first: int, last: int) -> Job:
        head = int(self._arrivals[index]) + first
        return head, last - first + 1, int(self._lengths[index]) - last - 1


def _uses(work: Transactions, arrivals: NDArray[np.int64]) -> list[_Use]:
    """Return the uses of all keys that anybody writes, by key."""
    uses: dict[int, _Use] = {}
    for index in range(work.count):
        slots: dict[int, list[int]] = {}
        written: dict[int, list[int]] = {}
        for slot in np.flatnonzero(work.keys[index] != NO_KEY).tolist():
            key = int(work.keys[index, slot])
            slots.setdefault(key, []).append(slot)
            if work.writes[index, slot]:
                written.setdefault(key, []).append(slot)
        for key, found in slots.items():
            use = uses.setdefault(key, _Use(key, work, arrivals))
            use.add(index, found, written.get(key, []))
    return [uses[key] for key in sorted(uses) if uses[key].writers]


def _one_key(use: _Use) -> int:
    best = preemptive(use.jobs(from_access=True))
    reads = use.reads()
    if reads:
        writes = use.jobs(from_access=False)
        # Any one reader may stand for all; those that come late or leave much to do bind.
        chosen = {max(reads, key=lambda job: job[0] + job[1]), max(reads, key=lambda job: job[2])}
        best = max(best, *(preemptive([*writes, reader]) for reader in sorted(chosen)))
    return best


def preemptive(jobs: list[Job]) -> int:
    """Return the least time by which jobs and tails end, on one machine that may interrupt them.

    Jackson's preemptive schedule: always the available job of longest tail.
    """
    waiting = sorted(jobs, reverse=True)
    ready: list[tuple[int, int]] = []  # minus the tail, and what is left of the job
    now = best = 0
    while waiting or ready:
        if not ready:
            now = max(now, waiting[-1][0])
        while waiting and waiting[-1][0] <= now:
            _, left, tail = waiting.pop()
            heapq.heappush(ready, (-tail, left))
        tail, left = heapq.heappop(ready)
        pause = waiting[-1][0] - now if waiting else _NEVER
        now += min(left, pause)
        if left > pause:
            heapq.heappush(ready, (tail, left - pause))
        else:
            best = max(best, now - tail)
    return best


def _clique(
    work: Transactions, arrivals: NDArray[np.int64], apart: NDArray[np.int64], use: _Use
) -> int:
    members = np.array(sorted(use.writers + use.readers), dtype=np.int64)
    points = np.array([use.reference(i) for i in members.tolist()], dtype=np.int64)
    best = 0
    late = np.median(arrivals[members])
    for since in sorted({0, int(late)}):
        chosen = arrivals[members] >= since
        best = max(best, _path(work, arrivals, apart, members[chosen], points[chosen]))
    return best


def _path(
    work: Transactions,
    arrivals: NDArray[np.int64],
    apart: NDArray[np.int64],
    members: NDArray[np.int64],
    points: NDArray[np.int64],
) -> int:
    distance = apart[np.ix_(members, members)] + points[None, :] - points[:, None]
    kept = largest_clique((distance >= 1) & (distance.T >= 1))[:_LARGEST_CLIQUE]
    cost = np.full((len(kept) + 1, len(kept) + 1), _NEVER, dtype=np.int64)
    cost[1:, 1:] = distance[np.ix_(kept, kept)]
    np.fill_diagonal(cost, _NEVER)
    cost[0, 1:] = arrivals[members[kept]] + points[kept]
    cost[1:, 0] = work.lengths[members[kept]] - points[kept]
    return least_assignment(cost)


def largest_clique(linked: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return the members of a large set in which each two are linked, ascending.

    Whoever lacks the most links to the rest is left out, until none is lacking.
    """
    lacking = ~linked
    np.fill_diagonal(lacking, val=False)
    missing = lacking.sum(axis=1)
    kept = np.ones(len(linked), dtype=np.bool_)
    while len(missing) and missing.max() > 0:
        worst = int(missing.argmax())
        kept[worst] = False
        missing -= lacking[:, worst]
        missing[worst] = 0
        missing[~kept] = 0
    return np.flatnonzero(kept)
