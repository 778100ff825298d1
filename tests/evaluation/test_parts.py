"""Recorded data is shared out whole, and no place of it twice."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adrs.core.scenario import Split
from adrs.evaluation.parts import PARTS, part


@given(st.integers(0, 10**9))
def test_each_part_begins_where_the_last_one_ends(length: int) -> None:
    ends = [part(split, length) for split in PARTS]
    assert [first for first, _ in ends] == [0, *(last for _, last in ends[:-1])]
    assert ends[-1][1] == length


def test_train_has_two_fifths_and_the_other_compared_splits_a_fifth_each() -> None:
    assert {split: part(split, 1000) for split in PARTS} == {
        Split.TRAIN: (0, 400),
        Split.VALIDATION: (400, 600),
        Split.HELDOUT: (600, 800),
        Split.SHIFTED: (800, 1000),
    }


def test_stress_has_no_part() -> None:
    with pytest.raises(KeyError):
        part(Split.STRESS, 1000)
