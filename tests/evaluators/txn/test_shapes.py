"""Generated workloads against the published ones, and against the benchmarks they are named for."""

import random
from collections.abc import Iterator
from statistics import fmean

import numpy as np
import pytest

from adrs.evaluators.txn.shapes import SHAPES, STRESS
from adrs.evaluators.txn.transactions import NO_KEY, Transactions, ends_in_order
from adrs.simulation.streams import stream

SEEDS = 10
# Of the three published workloads of 100 transactions: slots of all, the makespan of random orders
# (mean, and best of 30) and of Shortest Makespan First with samples of 5.
PUBLISHED = {
    "ycsb_hot": (1600, 431.0, 385.0, 272.0),
    "tpcc_skeleton": (1300, 53.2, 50.0, 54.0),
    "bank_transfers": (900, 171.0, 143.0, 71.0),
}
BAND = 0.15


def makespan(work: Transactions, order: list[int]) -> int:
    return int(max(ends_in_order(work, order)))


def shortest_makespan_first(work: Transactions, rng: random.Random) -> int:
    """Of five sampled transactions the one with which the makespan so far is smallest is next."""
    table, left, longest = [0] * work.entries, list(range(work.count)), 0
    while left:
        starts = {
            i: work.footprints[i].start(table, 0) for i in rng.sample(left, min(5, len(left)))
        }
        best = min(starts, key=lambda i: max(longest, starts[i] + work.footprints[i].length))
        work.footprints[best].leave(table, starts[best])
        longest = max(longest, starts[best] + work.footprints[best].length)
        left.remove(best)
    return longest


def figures(shape: str) -> Iterator[tuple[int, float, int, int]]:
    for seed in range(SEEDS):
        work = SHAPES[shape].build(100, stream(seed, "transactions"))
        rng = random.Random(seed)
        spans = [makespan(work, rng.sample(range(100), 100)) for _ in range(30)]
        greedy = shortest_makespan_first(work, rng)
        yield int(work.lengths.sum()), fmean(spans), min(spans), greedy


@pytest.mark.parametrize("shape", PUBLISHED)
def test_hot_key_workloads_are_as_hard_as_the_published_ones(shape: str) -> None:
    """Measured on the workloads of the ADRS benchmark `txn_scheduling`; bands of 15 %."""
    serial, mean, best, greedy = (fmean(column) for column in zip(*figures(shape), strict=True))
    published = PUBLISHED[shape]
    assert serial == published[0]
    assert mean == pytest.approx(published[1], rel=BAND)
    assert best == pytest.approx(published[2], rel=BAND)
    assert greedy == pytest.approx(published[3], rel=BAND)
    assert mean / greedy == pytest.approx(published[1] / published[3], rel=BAND)


def accesses(work: Transactions) -> tuple[int, int]:
    used = work.keys != NO_KEY
    return int(used.sum()), int((work.writes & used).sum())


def test_hot_ycsb_uses_its_four_hottest_keys_everywhere() -> None:
    """In the published workload keys 1 to 4 are in all of 100 transactions, 56 % of it writes."""
    work = SHAPES["ycsb_hot"].build(100, stream(1, "transactions"))
    users = np.bincount(work.keys.ravel(), minlength=work.num_keys)
    assert sorted(users.tolist())[-4:] >= [95] * 4
    count, writes = accesses(work)
    assert count == 1600
    assert writes / count == pytest.approx(0.56, abs=0.04)
    assert all(len(set(row)) == 16 for row in work.keys.tolist())


def test_hot_tpcc_has_two_kinds_of_transactions() -> None:
    """As published: 21 slots with three accesses, or 5 slots with four; 43 % of them writes."""
    work = SHAPES["tpcc_skeleton"].build(100, stream(1, "transactions"))
    assert np.bincount(work.kinds).tolist() == [50, 50]
    assert set(work.lengths[work.kinds == 0].tolist()) == {21}
    assert set(work.lengths[work.kinds == 1].tolist()) == {5}
    assert accesses(work) == (350, 150)


def test_bank_transfers_read_at_the_start_and_write_at_the_end() -> None:
    work = SHAPES["bank_transfers"].build(100, stream(1, "transactions"))
    used = work.keys != NO_KEY
    assert used.sum(axis=0).tolist() == [100, 0, 0, 0, 0, 0, 0, 0, 100]
    assert work.writes.sum(axis=0).tolist() == [0] * 8 + [100]
    assert work.num_keys == 10


def test_new_orders_write_their_stock_and_read_their_warehouse() -> None:
    work = SHAPES["tpcc"].build(60, stream(2, "transactions"))
    for index in np.flatnonzero(work.kinds == 0).tolist():
        assert not work.writes[index, 0]
        assert 14 <= work.lengths[index] <= 28
        lines = (int(work.lengths[index]) - 4) // 2
        assert int(work.writes[index].sum()) == 1 + lines
    assert set(work.lengths[work.kinds == 1].tolist()) == {6}


def test_small_bank_has_its_six_kinds() -> None:
    work = SHAPES["smallbank"].build(600, stream(2, "transactions"))
    shares = np.bincount(work.kinds) / 600
    assert shares == pytest.approx([0.15, 0.15, 0.15, 0.25, 0.15, 0.15], abs=0.05)
    assert work.writes[work.kinds == 1].sum() == 0


@pytest.mark.parametrize("shape", SHAPES)
def test_a_seed_gives_the_same_transactions_again(shape: str) -> None:
    first, again, other = (SHAPES[shape].build(30, stream(seed, "t")) for seed in (1, 1, 2))
    assert np.array_equal(first.keys, again.keys)
    assert np.array_equal(first.writes, again.writes)
    assert first.keys.shape != other.keys.shape or not np.array_equal(first.keys, other.keys)


@pytest.mark.parametrize("shape", SHAPES)
def test_there_may_be_no_transactions(shape: str) -> None:
    work = SHAPES[shape].build(0, stream(1, "t"))
    assert work.count == 0
    assert ends_in_order(work, []) == []


def test_odd_shapes() -> None:
    made = {name: build(stream(1, "t")) for name, build in STRESS.items()}
    assert {name: work.count for name, work in made.items()} == {
        "none": 0,
        "single": 1,
        "no_access": 30,
        "one_slot": 50,
        "all_read": 50,
        "all_write": 50,
        "giant": 41,
        "no_conflict": 40,
        "times_four": 400,
    }
    spans = {n: makespan(w, list(range(w.count))) for n, w in made.items() if w.count}
    assert spans["single"] == 2
    assert spans["no_access"] == 5
    assert spans["one_slot"] == 50
    assert spans["all_read"] == 3
    assert spans["all_write"] == 52
    assert spans["no_conflict"] == 8


def test_a_draw_is_the_same_with_every_numpy_on_every_processor() -> None:
    work = SHAPES["ycsb_warm"].build(2, stream(1, "transactions"))
    assert work.keys.tolist() == [[*range(10)], [*range(10, 18), 5, 6]]
