"""The hash of decisions tells programs apart, and not how their scenarios were grouped."""

import itertools

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from adrs.evaluation.decisions import HELD, DecisionHash

SEQUENCES = st.lists(st.lists(st.integers(-9, 9), min_size=1, max_size=8), min_size=1, max_size=6)


def numbers(*values: int) -> NDArray[np.int32]:
    return np.array(values, np.int32)


def played(sequences: list[list[int]], *, together: int, first_slot: int = 0) -> str:
    """Return the hash of scenarios with these decisions, so many of them in lockstep."""
    known = DecisionHash()
    for start in range(0, len(sequences), together):
        group = sequences[start : start + together]
        known.end_group()
        for round_ in itertools.zip_longest(*group):
            there = [(first_slot + slot, x) for slot, x in enumerate(round_) if x is not None]
            known.add(numbers(*(slot for slot, _ in there)), numbers(*(x for _, x in there)))
    return known.hexdigest()


@given(SEQUENCES, st.data())
def test_who_plays_with_whom_does_not_matter(
    sequences: list[list[int]], data: st.DataObject
) -> None:
    mixed = data.draw(st.permutations(sequences))
    one, other = (data.draw(st.integers(1, len(sequences))) for _ in range(2))
    slot = data.draw(st.sampled_from([0, 1, 70_000]))
    assert played(sequences, together=one) == played(mixed, together=other, first_slot=slot)


@given(SEQUENCES, st.data())
def test_any_other_decision_matters(sequences: list[list[int]], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(sequences) - 1))
    step = data.draw(st.integers(0, len(sequences[at]) - 1))
    other = [list(sequence) for sequence in sequences]
    other[at][step] += 100
    assert played(other, together=2) != played(sequences, together=2)


def test_the_order_within_a_scenario_matters() -> None:
    assert played([[1, 2]], together=1) != played([[2, 1]], together=1)
    assert played([[1, 2]], together=1) != played([[1], [2]], together=2)


def test_where_what_is_held_is_hashed_does_not_matter() -> None:
    slots, chosen = np.indices((HELD, 2), np.int32)[1].ravel(), np.arange(2 * HELD, dtype=np.int32)

    def in_parts_of(size: int) -> str:
        known = DecisionHash()
        for start in range(0, len(slots), size):
            known.add(slots[start : start + size], chosen[start : start + size])
        return known.hexdigest()

    assert in_parts_of(2 * HELD) == in_parts_of(HELD - 1) == in_parts_of(999)


def test_plans_are_told_apart_by_value_and_shape() -> None:
    def planned(*plans: tuple[int, NDArray[np.generic]]) -> str:
        known = DecisionHash()
        for slot, array in plans:
            known.add_plan(slot, (array,))
        return known.hexdigest()

    flat, square = np.arange(4), np.arange(4).reshape(2, 2)
    assert planned((0, flat)) != planned((0, square))
    assert planned((0, flat), (1, square)) == planned((1, flat), (0, square))
    assert planned((0, flat), (0, square)) != planned((0, square), (0, flat))
    assert planned((0, flat)) == planned((5, flat.copy()))
