from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adrs.evaluators.txn.transactions import (
    NO_CONFLICT,
    NO_KEY,
    Transactions,
    ends_in_order,
    restricted,
    separations,
)

Make = Callable[..., Transactions]
slot_entries = st.one_of(st.none(), st.tuples(st.sampled_from("rw"), st.integers(0, 3)))
batches = st.lists(st.lists(slot_entries, min_size=1, max_size=6), min_size=1, max_size=7)


@settings(max_examples=200, deadline=None)
@given(rows=batches, data=st.data())
def test_transactions_start_when_the_rules_say(
    work: Make, literal: Callable[..., list[int]], rows: list[Any], data: st.DataObject
) -> None:
    made = work(*rows)
    order = data.draw(st.permutations(range(len(rows))))
    assert ends_in_order(made, order) == literal(made, order)


def test_a_write_comes_after_earlier_accesses_and_a_read_after_earlier_writes(work: Make) -> None:
    read, write = [("r", 5), None, None], [("w", 5), None, None]
    assert ends_in_order(work(read, read), [0, 1]) == [3, 3]
    assert ends_in_order(work(read, write), [0, 1]) == [3, 4]
    assert ends_in_order(work(write, read), [0, 1]) == [3, 4]
    assert ends_in_order(work(write, write), [0, 1]) == [3, 4]


def test_a_late_write_delays_a_read_that_comes_early(work: Make) -> None:
    """The published benchmark's transfers: a read at the start, a write of 9 slots at the end."""
    late = [("r", 0), *[None] * 7, ("w", 1)]
    early = [("r", 1), *[None] * 7, ("w", 2)]
    assert ends_in_order(work(late, early), [0, 1]) == [9, 18]
    assert ends_in_order(work(late, early), [1, 0]) == [9, 9]


def test_a_later_transaction_may_slip_in_before_an_earlier_one(work: Make) -> None:
    blocked = [None, ("w", 1), ("r", 1)]
    assert ends_in_order(work([*[None] * 8, ("w", 0)], [("r", 0)], blocked), [0, 1, 2]) == [
        9,
        10,
        3,
    ]


def test_own_accesses_do_not_wait_for_each_other(work: Make) -> None:
    assert ends_in_order(work([("w", 0), ("w", 0), ("r", 0)]), [0]) == [3]


def test_keys_are_numbered_by_first_appearance(work: Make) -> None:
    made = work([("r", 70), None, ("w", 7)], [("w", 7), ("r", 900)])
    assert made.num_keys == 3
    assert made.keys.tolist() == [[0, NO_KEY, 1], [1, 2, NO_KEY]]
    assert made.writes.tolist() == [[False, False, True], [True, False, False]]
    assert made.lengths.tolist() == [3, 2]


def test_some_accesses_can_be_left_out(work: Make) -> None:
    made = work([("w", 3), ("r", 4)], [("r", 3), ("w", 4)])
    seen = restricted(made, np.array([[True, False], [False, True]]))
    assert seen.keys.tolist() == [[0, NO_KEY], [NO_KEY, 1]]
    assert ends_in_order(seen, [0, 1]) == [2, 2]


@settings(max_examples=100, deadline=None)
@given(rows=st.lists(st.lists(slot_entries, min_size=1, max_size=6), min_size=2, max_size=2))
def test_separations_say_how_far_two_are_apart(work: Make, rows: list[Any]) -> None:
    made = work(*rows)
    apart = separations(made)
    first, second = ends_in_order(made, [0, 1])
    start = second - int(made.lengths[1])
    assert first == made.lengths[0]
    assert start == max(0, int(apart[0, 1]))
    conflict = apart[0, 1] != NO_CONFLICT
    assert conflict == (apart[1, 0] != NO_CONFLICT)
    if conflict:
        assert apart[0, 1] + apart[1, 0] >= 2


def test_transactions_cannot_be_changed(work: Make) -> None:
    made = work([("w", 3), ("r", 4)])
    for array in (made.keys, made.writes, made.lengths, made.kinds):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0
