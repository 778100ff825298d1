"""The published rules written down once more, slot by slot, and sessions that play scripts."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import pytest
from numpy.typing import NDArray

from adrs.evaluators.txn.incoming import Incoming
from adrs.evaluators.txn.interface import WAIT, WINDOW
from adrs.evaluators.txn.transactions import NO_KEY, Transactions, transactions
from adrs.sandbox.protocol import Argument

Slots = Sequence[tuple[str, int] | None]


def make_work(*rows: Slots, kinds: Sequence[int] = ()) -> Transactions:
    """Transactions given slot by slot: ("r", key), ("w", key) or None."""
    slots = max((len(row) for row in rows), default=0)
    keys = np.full((len(rows), slots), NO_KEY, dtype=np.int64)
    writes = np.zeros(keys.shape, dtype=np.bool_)
    for index, row in enumerate(rows):
        for slot, access in enumerate(row):
            if access is not None:
                keys[index, slot], writes[index, slot] = access[1], access[0] == "w"
    lengths = np.array([len(row) for row in rows], dtype=np.int64)
    return transactions(keys, writes, lengths, np.array(kinds or [0] * len(rows), dtype=np.int64))


def accesses(work: Transactions, index: int) -> list[tuple[int, int, bool]]:
    """Slot, key and whether it is a write, of each access of a transaction."""
    rows = zip(work.keys[index].tolist(), work.writes[index].tolist(), strict=True)
    return [(slot, key, write) for slot, (key, write) in enumerate(rows) if key != NO_KEY]


class Log:
    """Who did what and when; a transaction starts as soon as the rules let it."""

    def __init__(self) -> None:
        self.entries: list[tuple[int, int, bool]] = []  # time, key, write

    def start(self, mine: Sequence[tuple[int, int, bool]], earliest: int) -> int:
        start = earliest
        while not self.allows(mine, start):
            start += 1
        return start

    def allows(self, mine: Sequence[tuple[int, int, bool]], start: int) -> bool:
        return all(
            start + slot > time
            for slot, key, write in mine
            for time, other, written in self.entries
            if other == key and (write or written)
        )

    def add(self, mine: Sequence[tuple[int, int, bool]], start: int) -> None:
        self.entries += [(start + slot, key, write) for slot, key, write in mine]


def literal_ends(work: Transactions, order: Sequence[int]) -> list[int]:
    """The slot after the last one of each transaction of an order, by the rules' own words."""
    log, ends = Log(), []
    for index in order:
        mine = accesses(work, index)
        start = log.start(mine, 0)
        log.add(mine, start)
        ends.append(start + int(work.lengths[index]))
    return ends


@dataclass
class Stream:
    """What became of an online scenario."""

    starts: dict[int, int] = field(default_factory=dict)
    admitted: dict[int, int] = field(default_factory=dict)
    seen: list[list[int]] = field(default_factory=list)
    waits: int = 0
    forced: int = 0

    def makespan(self, work: Transactions) -> int:
        return max((start + int(work.lengths[i]) for i, start in self.starts.items()), default=0)


def literal_stream(load: Incoming, known: NDArray[np.bool_], script: Sequence[int]) -> Stream:
    """Play one online scenario slot by slot; see `ScriptedSession` for what a script means."""
    work, log, stream = load.work, Log(), Stream()
    ends: list[int] = []
    now, turn, not_before = 0, 0, 0
    last = [-1, 0]
    while len(stream.starts) < work.count:
        waiting = [
            i for i in range(work.count) if i not in stream.starts and load.arrivals[i] <= now
        ]
        running = [end for end in ends if end > now]
        if not waiting or len(running) == load.workers or now < not_before:
            now += 1
            continue
        shown = waiting[:WINDOW]
        stalls = [_foretold(work, known, log, index, now) for index in shown]
        horizon = max(ends, default=0)
        head = [now, len(shown), len(waiting), len(running), horizon, *last]
        columns = _columns(load, known, shown, stalls, now)
        stream.seen.append(head + [x for c in columns for x in [*c, *[0] * (WINDOW - len(c))]])
        choice = script[turn] % (len(shown) + 1)
        turn += 1
        if choice == len(shown):
            stream.waits += 1
            coming = [int(t) for t in load.arrivals if t > now] + running
            if coming:
                not_before = min(coming)
                continue
            stream.forced += 1
            choice = 0
        index = shown[choice]
        start = log.start(accesses(work, index), now)
        log.add(accesses(work, index), start)
        last = [int(work.kinds[index]), start - now - stalls[choice]]
        stream.starts[index], stream.admitted[index] = start, now
        ends.append(start + int(work.lengths[index]))
    return stream


def _known(work: Transactions, known: NDArray[np.bool_], index: int) -> list[tuple[int, int, bool]]:
    return [access for access in accesses(work, index) if known[index, access[0]]]


def _foretold(work: Transactions, known: NDArray[np.bool_], log: Log, index: int, now: int) -> int:
    return log.start(_known(work, known, index), now) - now


def _columns(
    load: Incoming, known: NDArray[np.bool_], shown: Sequence[int], stalls: list[int], now: int
) -> list[list[int]]:
    work = load.work
    mine = [_known(work, known, index) for index in shown]
    clashes = [
        sum(
            any(k == key and (w or write) for _, k, w in a for _, key, write in b)
            for j, b in enumerate(mine)
            if j != i
        )
        for i, a in enumerate(mine)
    ]
    return [
        [now - int(load.arrivals[index]) for index in shown],
        [int(work.lengths[index]) for index in shown],
        stalls,
        clashes,
        [len(a) for a in mine],
        [sum(write for *_, write in a) for a in mine],
        [int(work.kinds[index]) for index in shown],
    ]


class ScriptedSession:
    """At its t-th decision, slot i takes place `scripts[i][t]` modulo shown + 1; the last waits."""

    def __init__(self, scripts: Sequence[Sequence[int]]) -> None:
        self.scripts = scripts
        self.seen: list[list[list[int]]] = [[] for _ in scripts]
        self.setups: list[tuple[int, ...]] = []

    def begin(self, setups: NDArray[np.void]) -> None:
        self.setups = [tuple(row.item()) for row in setups]

    def decide(self, slots: NDArray[np.int32], observations: NDArray[np.void]) -> NDArray[np.int32]:
        decisions = []
        for slot, record in zip(slots.tolist(), observations, strict=True):
            shown = int(record["shown"])
            choice = self.scripts[slot][len(self.seen[slot])] % (shown + 1)
            self.seen[slot].append(list(record.item()))
            decisions.append(WAIT if choice == shown else choice)
        return np.array(decisions, dtype=np.int32)

    def plan(
        self, slot: int, arguments: Sequence[Argument], *, cpu_s: float = math.inf
    ) -> tuple[NDArray[np.generic], ...]:
        raise AssertionError(f"slot {slot} asked for a plan of {len(arguments)} arguments")

    @property
    def cpu_s(self) -> float:
        return 0.0

    def close(self) -> None:
        pass


class PlanningSession:
    """Answers every plan with the next of `orders`.

    Attributes:
        asked: the arguments of each plan.
        allowed_s: the CPU seconds of each.
    """

    cpu_s = 0.0

    def __init__(self, orders: Sequence[Sequence[int]]) -> None:
        self.orders = list(orders)
        self.asked: list[Sequence[Argument]] = []
        self.allowed_s: list[float] = []

    def begin(self, setups: NDArray[np.void]) -> None:
        raise AssertionError(f"begun with {len(setups)} setups")

    def decide(self, slots: NDArray[np.int32], observations: NDArray[np.void]) -> NDArray[np.int32]:
        raise AssertionError(f"{len(slots)} slots asked to decide on {len(observations)}")

    def plan(
        self, slot: int, arguments: Sequence[Argument], *, cpu_s: float = math.inf
    ) -> tuple[NDArray[np.generic], ...]:
        self.asked.append(arguments)
        self.allowed_s.append(cpu_s)
        return (np.array(self.orders[slot], dtype=np.int64),)

    def close(self) -> None:
        pass


@pytest.fixture(scope="session")
def work() -> Callable[..., Transactions]:
    return make_work


@pytest.fixture(scope="session")
def literal() -> Callable[..., list[int]]:
    return literal_ends


@pytest.fixture(scope="session")
def literal_online() -> Callable[..., Stream]:
    return literal_stream


@pytest.fixture(scope="session")
def scripted() -> type[ScriptedSession]:
    return ScriptedSession


@pytest.fixture(scope="session")
def planning() -> type[PlanningSession]:
    return PlanningSession
