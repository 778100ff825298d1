"""Benchmarks whose transactions are generated: YCSB, TPC-C, SmallBank, and odd ones.

Every builder returns keys [txns, slots] with `NO_KEY` where nothing is accessed, which accesses are
writes, lengths and kinds, and draws from one generator.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from .transactions import NO_KEY, Transactions, transactions

Row = list[tuple[int, bool] | None]  # per slot: a key and whether it is written, or computation
_R, _W = False, True
_DISTRICTS = 10
_STOCK_SKEW = 0.8


@dataclass(frozen=True, slots=True, kw_only=True)
class Ycsb:
    """Yahoo! Cloud Serving Benchmark: distinct Zipf keys, each read or written.

    Keys are accessed partition by partition, in the same order by all transactions, as in stores
    that partition by hash; within a partition in any order.

    Attributes:
        ops: accesses of a transaction, one per slot.
        records: number of keys.
        theta: Zipf exponent of their popularity.
        partitions: over how many partitions keys are hashed.
        write_share: probability that an access writes.
        scan_share: share of transactions that only read (kind 1).
        stray_share: share of transactions in which the first and the last of the four most popular
            keys have changed places.
    """

    ops: int
    records: int
    theta: float
    write_share: float
    partitions: int = 24
    scan_share: float = 0.0
    stray_share: float = 0.0

    def build(self, count: int, rng: np.random.Generator) -> Transactions:
        """Generate transactions."""
        weight = np.arange(1, self.records + 1, dtype=np.float64) ** -self.theta
        # The keys of the `ops` earliest of exponential clocks: a draw without replacement.
        clocks = rng.standard_exponential((count, self.records)) / weight
        # Sorted whole: the order within a part of `argpartition` depends on numpy and processor.
        keys = np.argsort(clocks, axis=1, kind="stable")[:, : self.ops]
        hashed = rng.integers(self.partitions, size=self.records)[keys] + rng.random(keys.shape)
        keys = np.take_along_axis(keys, np.argsort(hashed, axis=1), axis=1)
        self._stray(keys, rng)
        kinds = (rng.random(count) < self.scan_share).astype(np.int64)
        writes = (rng.random(keys.shape) < self.write_share) & (kinds == 0)[:, None]
        return transactions(keys, writes, np.full(count, self.ops), kinds)

    def _stray(self, keys: NDArray[np.int64], rng: np.random.Generator) -> None:
        rows = np.flatnonzero(rng.random(len(keys)) < self.stray_share)
        popular = np.argsort(keys[rows], axis=1)[:, :4]
        first, last = popular.min(axis=1), popular.max(axis=1)
        keys[rows, first], keys[rows, last] = keys[rows, last], keys[rows, first]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tpcc:
    """TPC-C's new-order (kind 0) and payment (kind 1), half and half.

    Every transaction reads its warehouse's row, which a payment also writes, and reads and writes
    its district's. With `lines`, a new-order then reads a customer and reads and writes the stock
    of some items, and a payment reads and writes a customer.

    Attributes:
        warehouses: each with ten districts.
        lines: fewest and most order lines of a new-order; (0, 0) leaves out customers too.
        items: items in stock per warehouse.
        customers: customers per district.
        new_order_slots: a new-order lasts at least so long.
        payment_slots: a payment lasts at least so long.
    """

    warehouses: int
    lines: tuple[int, int] = (0, 0)
    items: int = 200
    customers: int = 30
    new_order_slots: int = 0
    payment_slots: int = 0

    def build(self, count: int, rng: np.random.Generator) -> Transactions:
        """Generate transactions."""
        kinds = rng.permutation(np.arange(count) % 2)
        rows = [self._payment(rng) if kind else self._new_order(rng) for kind in kinds.tolist()]
        return _of_rows(rows, kinds)

    def _new_order(self, rng: np.random.Generator) -> Row:
        warehouse, district, customer = self._place(rng)
        row: Row = [(warehouse, _R), (district, _R), (district, _W)]
        if self.lines[1]:
            row.append((customer, _R))
            lines = int(rng.integers(self.lines[0], self.lines[1] + 1))
            first = self._first_item() + warehouse * self.items
            for item in _zipf(rng, self.items, _STOCK_SKEW, lines):
                row += [(first + item, _R), (first + item, _W)]
        return _padded(row, self.new_order_slots)

    def _payment(self, rng: np.random.Generator) -> Row:
        warehouse, district, customer = self._place(rng)
        row: Row = [(warehouse, _R), (warehouse, _W), (district, _R), (district, _W)]
        if self.lines[1]:
            row += [(customer, _R), (customer, _W)]
        return _padded(row, self.payment_slots)

    def _place(self, rng: np.random.Generator) -> tuple[int, int, int]:
        """Return the keys of a warehouse, one of its districts and one of its customers."""
        warehouse = int(rng.integers(self.warehouses))
        district = warehouse * _DISTRICTS + int(rng.integers(_DISTRICTS))
        customer = district * self.customers + int(rng.integers(self.customers))
        districts = self.warehouses * _DISTRICTS
        return warehouse, self.warehouses + district, self.warehouses + districts + customer

    def _first_item(self) -> int:
        return self.warehouses * (1 + _DISTRICTS * (1 + self.customers))


@dataclass(frozen=True, slots=True, kw_only=True)
class SmallBank:
    """SmallBank: short transactions on the two accounts of Zipf customers.

    Reads come first and writes last; in between the transaction computes. Kinds are the places in
    `_BANK_MIX`.

    Attributes:
        customers: number of customers.
        theta: Zipf exponent of their popularity.
        slots: length of every transaction.
        transfers_only: only transfers (kind 0), each from one half of the customers to the other,
            that read the one account and write the other.
    """

    customers: int
    theta: float
    slots: int
    transfers_only: bool = False

    def build(self, count: int, rng: np.random.Generator) -> Transactions:
        """Generate transactions."""
        if self.transfers_only:
            rows = [self._transfer(rng) for _ in range(count)]
            return _of_rows(rows, np.zeros(count, dtype=np.int64))
        shares = np.cumsum([share for _, share in _BANK_MIX])
        kinds = np.searchsorted(shares, rng.random(count) * shares[-1], side="right")
        return _of_rows([self._row(kind, rng) for kind in kinds.tolist()], kinds)

    def _transfer(self, rng: np.random.Generator) -> Row:
        half = self.customers // 2
        pair = [int(rng.integers(half)), half + int(rng.integers(self.customers - half))]
        source, target = pair if rng.random() < 0.5 else pair[::-1]
        return self._spread([source], [target])

    def _row(self, kind: int, rng: np.random.Generator) -> Row:
        first, second = _zipf(rng, self.customers, self.theta, 2)
        savings, checking, other = 2 * first, 2 * first + 1, 2 * second + 1
        reads, writes = _BANK_ACCESSES[_BANK_MIX[kind][0]]
        names = {"s": savings, "c": checking, "o": other}
        return self._spread([names[n] for n in reads], [names[n] for n in writes])

    def _spread(self, reads: Sequence[int], writes: Sequence[int]) -> Row:
        row: Row = [(key, _R) for key in reads]
        row += [None] * (self.slots - len(reads) - len(writes))
        return row + [(key, _W) for key in writes]


_BANK_MIX = (  # shares of the SmallBank mix of Alomari et al. as run by BenchBase
    ("amalgamate", 15),
    ("balance", 15),
    ("deposit", 15),
    ("send_payment", 25),
    ("transact_savings", 15),
    ("write_check", 15),
)
_BANK_ACCESSES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {  # reads and writes of savings, checking, and the other customer's checking account
        "amalgamate": ("sc", "sco"),
        "balance": ("sc", ""),
        "deposit": ("c", "c"),
        "send_payment": ("co", "co"),
        "transact_savings": ("s", "s"),
        "write_check": ("sc", "c"),
    }
)

Shape = Ycsb | Tpcc | SmallBank

SHAPES: Mapping[str, Shape] = MappingProxyType(
    {
        # The three hot-key workloads of the published benchmark, from their statistics.
        "ycsb_hot": Ycsb(ops=16, records=2000, theta=1.9, write_share=0.56, stray_share=0.12),
        "tpcc_skeleton": Tpcc(warehouses=4, new_order_slots=21, payment_slots=5),
        "bank_transfers": SmallBank(customers=10, theta=0.0, slots=9, transfers_only=True),
        # The same benchmarks, less hot and with all their keys.
        "ycsb_warm": Ycsb(ops=10, records=1000, theta=1.1, write_share=0.5, scan_share=0.3),
        "tpcc": Tpcc(warehouses=2, lines=(5, 12)),
        "smallbank": SmallBank(customers=60, theta=0.7, slots=9),
        # Other sizes and loads.
        "ycsb_reads": Ycsb(ops=12, records=500, theta=1.4, write_share=0.2, scan_share=0.2),
        "ycsb_short": Ycsb(ops=6, records=100, theta=1.2, write_share=0.8),
        "tpcc_one": Tpcc(warehouses=1, lines=(3, 8)),
        "tpcc_six": Tpcc(warehouses=6, lines=(8, 15)),
        "bank_wide": SmallBank(customers=300, theta=0.8, slots=14),
    }
)


def _zipf(rng: np.random.Generator, size: int, theta: float, count: int) -> list[int]:
    """Return distinct numbers below `size`; number n has the weight (n + 1) ** -theta."""
    clocks = rng.standard_exponential(size) * np.arange(1, size + 1) ** theta
    chosen: list[int] = np.argsort(clocks, kind="stable")[:count].tolist()
    return chosen


def _padded(row: Row, slots: int) -> Row:
    return row + [None] * (slots - len(row))


def _of_rows(rows: Sequence[Row], kinds: NDArray[np.int64]) -> Transactions:
    slots = max((len(row) for row in rows), default=0)
    keys = np.full((len(rows), slots), NO_KEY, dtype=np.int64)
    writes = np.zeros(keys.shape, dtype=np.bool_)
    for index, row in enumerate(rows):
        for slot, access in enumerate(row):
            if access is not None:
                keys[index, slot], writes[index, slot] = access
    lengths = np.array([len(row) for row in rows], dtype=np.int64)
    return transactions(keys, writes, lengths, kinds.astype(np.int64))


def _alike(row: Row, count: int) -> Transactions:
    return _of_rows([row] * count, np.zeros(count, dtype=np.int64))


def _one_giant(rng: np.random.Generator) -> Transactions:
    """One transaction of 300 slots that ends with the key all others begin with."""
    small: Row = [(0, _W), (1 + int(rng.integers(5)), _R), None]
    giant: Row = [*[None] * 299, (0, _W)]
    rows = [list(small) for _ in range(40)]
    rows.insert(int(rng.integers(41)), giant)
    return _of_rows(rows, np.array([len(row) > 3 for row in rows], dtype=np.int64))


STRESS: Mapping[str, Callable[[np.random.Generator], Transactions]] = MappingProxyType(
    {
        "none": lambda _: _alike([], 0),
        "single": lambda _: _alike([(0, _R), (0, _W)], 1),
        "no_access": lambda _: _alike([None] * 5, 30),
        "one_slot": lambda _: _alike([(0, _W)], 50),
        "all_read": lambda _: _alike([(0, _R), (1, _R), None], 50),
        "all_write": lambda _: _alike([(0, _W), None, (1, _W)], 50),
        "giant": _one_giant,
        "no_conflict": lambda rng: Ycsb(
            ops=8, records=5000, theta=0.0, write_share=0.0
        ).build(40, rng),
        "times_four": lambda rng: SHAPES["ycsb_warm"].build(400, rng),
    }
)  # fmt: skip
