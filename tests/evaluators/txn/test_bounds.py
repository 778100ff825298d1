import itertools
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from adrs.evaluators.txn.assignment import least_assignment
from adrs.evaluators.txn.bounds import largest_clique, least_makespan, preemptive
from adrs.evaluators.txn.generator import arriving
from adrs.evaluators.txn.incoming import incoming
from adrs.evaluators.txn.online import simulate
from adrs.evaluators.txn.scenarios import Traffic
from adrs.evaluators.txn.shapes import SHAPES
from adrs.evaluators.txn.transactions import Transactions, ends_in_order
from adrs.simulation.streams import stream

Make = Callable[..., Transactions]
slot_entries = st.one_of(st.none(), st.tuples(st.sampled_from("rww"), st.integers(0, 2)))
batches = st.lists(st.lists(slot_entries, min_size=1, max_size=5), min_size=1, max_size=5)


def at_once(work: Transactions) -> NDArray[np.int64]:
    return np.zeros(work.count, dtype=np.int64)


def best_order(work: Transactions) -> int:
    orders = itertools.permutations(range(work.count))
    return min(int(max(ends_in_order(work, order))) for order in orders)


def best_admissions(
    load: Any, known: NDArray[np.bool_], literal_online: Callable[..., Any], choices: int
) -> int:
    """The least makespan over every sequence of choices; what a script has too much is unused."""
    best = 10**9
    for script in itertools.product(range(load.work.count + 1), repeat=choices):
        played = literal_online(load, known, [*script, *[0] * 3 * load.work.count])
        best = min(best, played.makespan(load.work))
    return best


@settings(max_examples=120, deadline=None)
@given(rows=batches)
def test_no_order_beats_the_bound(work: Make, rows: list[Any]) -> None:
    made = work(*rows)
    assert least_makespan(made, at_once(made)) <= best_order(made)


@settings(max_examples=25, deadline=None)
@given(
    rows=st.lists(st.lists(slot_entries, min_size=1, max_size=4), min_size=1, max_size=3),
    gaps=st.lists(st.integers(0, 4), min_size=3, max_size=3),
    workers=st.integers(1, 2),
)
def test_no_admissions_beat_the_bound(
    work: Make,
    literal_online: Callable[..., Any],
    rows: list[Any],
    gaps: list[int],
    workers: int,
) -> None:
    made = work(*rows)
    arrivals = np.cumsum(gaps[: made.count])
    known = np.ones(made.keys.shape, dtype=np.bool_)
    load = incoming(made, arrivals, known, workers)
    best = best_admissions(load, known, literal_online, choices=4)
    assert least_makespan(made, arrivals, workers) <= best


def test_the_bound_is_reached_where_one_key_decides(work: Make) -> None:
    chains = work(*[[("r", 0), None, ("w", 0)]] * 6)
    assert least_makespan(chains, at_once(chains)) == best_order(chains) == 18
    heads = work(*[[None, None, ("w", 0), None]] * 5)
    assert least_makespan(heads, at_once(heads)) == best_order(heads) == 8
    readers = work([("w", 0)], [("w", 0)], *[[("r", 0)]] * 4)
    assert least_makespan(readers, at_once(readers)) == best_order(readers) == 3


def test_the_bound_is_reached_where_several_keys_decide(work: Make) -> None:
    """The two conflict twice, in opposite places: one key alone would let them overlap."""
    crossed = work([("w", 0), ("w", 1)], [("w", 1), ("w", 0)])
    assert least_makespan(crossed, at_once(crossed)) == best_order(crossed) == 4


def test_late_arrivals_and_few_workers_raise_the_bound(work: Make) -> None:
    made = work(*[[None] * 5] * 6)
    assert least_makespan(made, at_once(made)) == 5
    assert least_makespan(made, at_once(made), 2) == 15
    assert least_makespan(made, np.array([0, 0, 0, 0, 0, 30]), 2) == 35
    assert least_makespan(made, np.array([0, 0, 20, 20, 20, 20]), 2) == 30


def test_there_is_nothing_to_do_without_transactions(work: Make) -> None:
    assert least_makespan(work(), np.zeros(0, dtype=np.int64)) == 0


@pytest.mark.parametrize("shape", SHAPES)
def test_random_orders_do_not_beat_the_bound(shape: str) -> None:
    rng = stream(5, "orders")
    made = SHAPES[shape].build(70, stream(5, "transactions"))
    bound = least_makespan(made, at_once(made))
    assert bound >= int(made.lengths.max())
    for _ in range(5):
        assert max(ends_in_order(made, rng.permutation(70).tolist())) >= bound


@pytest.mark.parametrize("shape", SHAPES)
def test_random_admissions_do_not_beat_the_bound(shape: str, scripted: Callable[..., Any]) -> None:
    rng = stream(6, "scripts")
    loads = []
    for seed, workers, load in ((1, 4, 1.0), (2, 16, 4.0), (3, 32, 0.0)):
        setting = Traffic(workers=workers, load=load, hidden=0.3)
        loads.append(arriving(SHAPES[shape].build(50, stream(seed, "t")), setting, seed))
    scripts = rng.integers(0, 9, size=(len(loads), 400)).tolist()
    played = simulate(loads, scripted(scripts))
    for one, load in zip(played, loads, strict=True):
        reached = int((one.starts + load.work.lengths).max())
        assert reached >= least_makespan(load.work, load.arrivals, load.workers)


@settings(max_examples=100, deadline=None)
@given(
    cost=st.integers(1, 5).flatmap(
        lambda n: st.lists(
            st.lists(st.integers(-20, 20), min_size=n, max_size=n), min_size=n, max_size=n
        )
    )
)
def test_the_least_assignment_is_that_of_all_permutations(cost: list[list[int]]) -> None:
    best = min(
        sum(row[j] for row, j in zip(cost, columns, strict=True))
        for columns in itertools.permutations(range(len(cost)))
    )
    assert least_assignment(np.array(cost, dtype=np.int64)) == best


@settings(max_examples=100, deadline=None)
@given(
    jobs=st.lists(
        st.tuples(st.integers(0, 9), st.integers(1, 4), st.integers(0, 9)), min_size=1, max_size=5
    )
)
def test_interrupting_jobs_never_takes_longer(jobs: list[tuple[int, int, int]]) -> None:
    def without_interruption(order: tuple[tuple[int, int, int], ...]) -> int:
        now = end = 0
        for head, time, tail in order:
            now = max(now, head) + time
            end = max(end, now + tail)
        return end

    best = min(without_interruption(order) for order in itertools.permutations(jobs))
    assert preemptive(jobs) <= best
    if all(time == 1 for _, time, _ in jobs):
        assert preemptive(jobs) == best


def test_a_clique_links_all_its_members() -> None:
    rng = np.random.default_rng(1)
    linked = rng.random((30, 30)) < 0.7
    linked &= linked.T
    members = largest_clique(linked)
    assert len(members) >= 3
    assert all(linked[a, b] for a in members for b in members if a != b)
