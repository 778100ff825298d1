import math
import random
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adrs.simulation.percentiles import mean, percentile, rank, summarise

INTS = st.lists(st.integers(-(2**62), 2**62), min_size=1, max_size=60)
FLOATS = st.lists(st.floats(-1e300, 1e300), min_size=1, max_size=60)
PERCENTS = st.integers(0, 1000).map(lambda tenths: tenths / 10)


@given(values=INTS, percent=PERCENTS)
def test_percentile_is_the_smallest_value_that_enough_values_do_not_exceed(
    values: list[int], percent: float
) -> None:
    share = Fraction(str(percent)) / 100
    enough = [x for x in values if sum(y <= x for y in values) >= share * len(values)]
    assert percentile(values, percent) == min(enough)


@given(values=FLOATS, percent=st.integers(1, 100))
def test_percentile_agrees_with_numpy(values: list[float], percent: float) -> None:
    # numpy rounds percent/100·n as a float; only where that product is exact must they agree.
    if len(values) * percent % 100 == 0:
        return
    assert percentile(values, percent) == np.percentile(values, percent, method="inverted_cdf")


@given(values=FLOATS, percent=PERCENTS)
def test_percentile_does_not_depend_on_order_or_container(
    values: list[float], percent: float
) -> None:
    shuffled = random.Random(1).sample(values, len(values))
    assert percentile(shuffled, percent) == percentile(np.array(values), percent)


def test_large_ints_stay_exact() -> None:
    values = np.array([2**60 + 1, 2**60 + 3], dtype=np.int64)
    assert percentile(values, 50) == 2**60 + 1
    assert isinstance(percentile(values, 50), int)


@pytest.mark.parametrize(
    ("count", "percent", "expected"),
    [(1000, 99.9, 999), (10, 70, 7), (10, 70.1, 8), (3, 0, 1), (3, 100, 3), (100, 29, 29)],
)
def test_rank_takes_percent_as_the_decimal_it_prints_as(
    count: int, percent: float, expected: int
) -> None:
    assert rank(count, percent) == expected


@given(FLOATS)
def test_mean_is_correctly_rounded_in_any_order(values: list[float]) -> None:
    expected = math.fsum(values) / len(values)
    assert mean(values) == mean(values[::-1]) == expected


def test_mean_of_floats_does_not_accumulate_errors() -> None:
    assert mean([0.1] * 10) == 0.1


def test_mean_of_ints_does_not_overflow() -> None:
    assert mean(np.full(100, 2**62, dtype=np.int64)) == 2.0**62


@given(INTS)
def test_summary_holds_the_same_figures(values: list[int]) -> None:
    summary = summarise(values)
    assert summary.count == len(values)
    assert summary.mean == mean(values)
    assert [summary.p50, summary.p90, summary.p99] == [
        float(percentile(values, percent)) for percent in (50, 90, 99)
    ]
    assert summary.maximum == float(max(values))


@pytest.mark.parametrize("values", [[], [math.nan, 1.0], [[1.0]], ["a"]])
def test_what_has_no_order_is_refused(values: list[float]) -> None:
    for function in (mean, summarise, lambda v: percentile(v, 50)):
        with pytest.raises(ValueError):
            function(values)


@pytest.mark.parametrize("percent", [-1, 100.5, math.nan])
def test_percents_outside_their_range_are_refused(percent: float) -> None:
    with pytest.raises(ValueError, match="percent"):
        percentile([1, 2], percent)
