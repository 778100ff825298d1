"""Numbers as people read them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adrs.core.objective import Direction, Objective
from adrs.report.format import (
    better_way,
    change_decimals,
    clean,
    decimals_for,
    format_change,
    format_count,
    format_duration,
    format_headroom,
    format_interval,
    format_number,
    format_percent,
    format_rate,
    format_step,
    format_success,
    format_value,
    percent_decimals,
    plural,
)


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [
        (87.6, "$", "$87.6"),
        (-3.25, "$", "−$3.25"),
        (87.6, "ms", "87.6 ms"),
        (0.69236, "", "0.692"),
        (12345.6, "s", "12,346 s"),
        (0.0, "", "0.0"),
        (0.00012345, "", "0.000123"),
        (2.5e12, "ns", "2.500e+12 ns"),
    ],
)
def test_a_value_has_its_unit_and_three_or_four_digits(value: float, unit: str, shown: str) -> None:
    assert format_value(value, unit) == shown


def test_a_rounded_zero_has_no_sign() -> None:
    assert format_number(-0.0004, 2) == "0.00"
    assert format_percent(-0.00001, signed=True) == "0.0 %"


def test_values_that_differ_look_different() -> None:
    assert decimals_for([146.9, 87.6]) == 1
    assert decimals_for([101.71, 101.74]) == 2
    assert decimals_for([]) == 1
    assert decimals_for([0.0, 0.0]) == 1


def test_one_tiny_value_does_not_lengthen_the_rest_much() -> None:
    assert decimals_for([0.00001, 500.0]) <= 5


def test_percents_and_intervals_share_their_form() -> None:
    assert format_percent(0.129) == "12.9 %"
    assert format_percent(0.005, signed=True) == "+0.5 %"
    assert format_percent(-0.003, signed=True) == "−0.3 %"
    assert format_interval(-0.011, 0.006) == "[−1.1, 0.6]"
    assert format_headroom(0.551, 0.5, 0.604) == "55 % [50, 60]"
    assert format_headroom(-0.0031, -0.027, 0.024) == "−0.3 % [−2.7, 2.4]"
    assert percent_decimals([0.0012, 0.0011, 0.0013]) == 2
    assert percent_decimals([1.5]) == 0


@pytest.mark.parametrize(
    ("share", "shown"),
    [
        (0.994, "99 %"),
        (0.9956, "99.6 %"),
        (0.99999, "99.9 %"),
        (1.0 - 1e-12, "100 %"),
        (1.0, "100 %"),
        (1.004, "100 %"),
        (0.004, "0.4 %"),
    ],
)
def test_headroom_is_closed_at_the_bound_alone(share: float, shown: str) -> None:
    assert format_headroom(share) == shown


@pytest.mark.parametrize(
    ("ends", "shown"),
    [
        ((-0.003, -0.011, 0.006), "−0.3 % [−1.1, 0.6]"),
        ((0.025, 0.0004, 0.05), "+2.50 % [0.04, 5.00]"),  # leaves 0 out, and is seen to
        ((-0.00004, -0.00007, -0.00001), "−0.004 % [−0.007, −0.001]"),
        ((-0.00001,), "−0.001 %"),
        ((0.0,), "0.0 %"),
        ((1.5,), "+150 %"),
        ((-0.0012, -0.0035, 0.0002), "−0.1 % [−0.4, 0.0]"),
    ],
)
def test_a_change_that_is_one_does_not_seem_to_be_none(ends: tuple[float, ...], shown: str) -> None:
    assert format_change(*ends) == shown


@given(low=st.floats(1e-5, 1.0), size=st.floats(0.0, 1.0))
def test_an_interval_that_leaves_out_zero_is_shown_to(low: float, size: float) -> None:
    assert round(100 * low, change_decimals(low + size / 2, low, low + size)) > 0


def test_a_step_from_zero_is_shown_in_the_unit() -> None:
    assert format_step(2.0, None, "slots") == "first"
    assert format_step(2.0, 0.0, "slots") == "+2.00 slots"
    assert format_step(-0.5, 0.0, "$") == "−$0.500"
    assert format_step(9.0, 10.0, "$") == "−10.0 %"


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (-1.0, "0.0 s"),
        (0.26, "0.3 s"),
        (41.2, "41 s"),
        (59.7, "1 m 00 s"),
        (723.0, "12 m 03 s"),
        (11_220.0, "3 h 07 m"),
        (187_200.0, "2 d 04 h"),
    ],
)
def test_a_duration_has_at_most_two_units(seconds: float, shown: str) -> None:
    assert format_duration(seconds) == shown


def test_rates_and_counts() -> None:
    assert [format_rate(r) for r in (34.2, 2.5, 0.2)] == ["34/s", "2.5/s", "12.0/min"]
    assert format_count(2000) == "2,000"
    assert plural(1, "evaluation") == "1 evaluation"
    assert plural(2, "evaluation") == "2 evaluations"
    assert plural(0, "entry", "entries") == "0 entries"


def test_a_slow_rate_is_not_none() -> None:
    assert format_rate(0.2) == "12.0/min"
    assert format_rate(3 / 7200, "evaluations") == "1.5 evaluations/h"
    assert format_rate(1e-5) == "0.036/h"


def test_cleaning_takes_out_what_a_terminal_would_obey() -> None:
    assert clean("a\x1b[2J\nb\u202e\tc") == "a [2J b c"
    assert clean("abcdefgh", limit=5) == "abcd…"


def test_the_better_way_follows_the_direction() -> None:
    ways = [better_way(Objective(metric="m", unit="", direction=d)) for d in Direction]
    assert ways == ["lower is better", "higher is better"]
    timed = Objective(metric="m", unit="", direction=Direction.MINIMIZE, step=0.5)
    assert better_way(timed) == "lower is better, measured"


@pytest.mark.parametrize(
    ("good", "of", "shown"),
    [(0, 4, "0 %"), (5, 7, "71 %"), (9999, 10_000, "99.9 %"), (7, 7, "100 %")],
)
def test_only_what_never_failed_is_whole(good: int, of: int, shown: str) -> None:
    assert format_success(good, of) == shown


@pytest.mark.parametrize(
    ("share", "shown"), [(0.129, "+12.9 %"), (0.0001, "0.0 %"), (-0.0001, "0.0 %"), (0.0, "0.0 %")]
)
def test_a_change_that_shows_as_nothing_has_no_sign(share: float, shown: str) -> None:
    assert format_percent(share, signed=True) == shown
