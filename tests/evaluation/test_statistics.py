import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adrs.core.objective import Direction, Objective
from adrs.evaluation.statistics import (
    Interval,
    advantage_interval,
    headroom_interval,
    paired_bootstrap,
    relative_change_interval,
)
from adrs.simulation.streams import stream

COST = Objective(metric="cost", unit="$", direction=Direction.MINIMIZE)
TIME = Objective(metric="time", unit="s", direction=Direction.MINIMIZE, step=0.5)
RATE = Objective(metric="rate", unit="1/s", direction=Direction.MAXIMIZE)

VALUES = st.lists(st.integers(-1000, 1000).map(float), min_size=2, max_size=40)
FEW = 200
"""Resamples where only the algebra of an interval matters."""


def sample(seed: int, count: int = 100) -> list[float]:
    values: list[float] = stream(seed, "sample").normal(10.0, 3.0, count).tolist()
    return values


def scaled(interval: Interval, factor: float, shift: float = 0.0) -> tuple[float, ...]:
    ends = sorted((interval.low * factor + shift, interval.high * factor + shift))
    return (interval.mean * factor + shift, *ends)


def as_tuple(interval: Interval | None) -> tuple[float, ...]:
    assert interval is not None
    return (interval.mean, interval.low, interval.high)


def test_same_seed_gives_the_same_interval_and_another_seed_another() -> None:
    values = sample(1)
    assert paired_bootstrap(values, seed=5) == paired_bootstrap(values, seed=5)
    assert paired_bootstrap(values, seed=5) != paired_bootstrap(values, seed=6)


@given(values=VALUES, seed=st.integers(0, 2**64 - 1))
def test_interval_holds_the_mean_and_lies_within_the_data(values: list[float], seed: int) -> None:
    interval = paired_bootstrap(values, seed=seed, resamples=FEW)
    assert interval.mean == math.fsum(values) / len(values)
    slack = 1e-9 * (1.0 + max(map(abs, values)))
    assert min(values) - slack <= interval.low <= interval.mean <= interval.high
    assert interval.high <= max(values) + slack


@given(values=VALUES, shift=st.integers(-10_000, 10_000), seed=st.integers(0, 99))
def test_shifting_the_differences_shifts_the_interval(
    values: list[float], shift: int, seed: int
) -> None:
    plain = paired_bootstrap(values, seed=seed, resamples=FEW)
    moved = paired_bootstrap([value + shift for value in values], seed=seed, resamples=FEW)
    assert as_tuple(moved) == pytest.approx(scaled(plain, 1.0, shift), rel=1e-9, abs=1e-7)


@given(values=VALUES, factor=st.sampled_from([0.001, 0.5, 7.0, 1e6]), seed=st.integers(0, 99))
def test_scaling_the_differences_scales_the_interval(
    values: list[float], factor: float, seed: int
) -> None:
    plain = paired_bootstrap(values, seed=seed, resamples=FEW)
    larger = paired_bootstrap([value * factor for value in values], seed=seed, resamples=FEW)
    assert as_tuple(larger) == pytest.approx(scaled(plain, factor), rel=1e-9, abs=1e-9 * factor)


@given(values=VALUES, seed=st.integers(0, 99))
def test_swapping_the_sides_mirrors_the_interval(values: list[float], seed: int) -> None:
    against = values[::-1]
    there = paired_bootstrap(values, against, seed=seed, resamples=FEW)
    back = paired_bootstrap(against, values, seed=seed, resamples=FEW)
    assert as_tuple(there) == pytest.approx(scaled(back, -1.0), rel=1e-9, abs=1e-7)


@pytest.mark.parametrize(
    "draw",
    [
        lambda rng, n: rng.normal(0.0, 1.0, n),
        lambda rng, n: rng.exponential(1.0, n) - 1.0,
    ],
    ids=["normal", "skewed"],
)
def test_interval_covers_the_true_mean_about_as_often_as_it_says(
    draw: Callable[[np.random.Generator, int], np.ndarray[tuple[int], np.dtype[np.float64]]],
) -> None:
    trials, covered = 300, 0
    for trial in range(trials):
        interval = paired_bootstrap(
            draw(stream(trial, "coverage"), 60).tolist(), seed=trial, resamples=400, confidence=0.9
        )
        covered += interval.low <= 0.0 <= interval.high
    # Three standard errors of a share of 300 are 5 points; the bootstrap itself is a little short.
    assert 0.84 <= covered / trials <= 0.95


def test_a_higher_confidence_is_wider() -> None:
    values = sample(2)
    widths = [
        paired_bootstrap(values, seed=1, confidence=c).high
        - paired_bootstrap(values, seed=1, confidence=c).low
        for c in (0.5, 0.9, 0.99)
    ]
    assert widths == sorted(widths)


def test_interval_has_the_width_of_the_normal_theory() -> None:
    values = sample(3, 400)
    interval = paired_bootstrap(values, seed=1)
    expected = 2 * 1.96 * float(np.std(values)) / 20
    assert interval.high - interval.low == pytest.approx(expected, rel=0.08)


def test_interval_of_a_skewed_sample_reaches_further_to_the_long_side() -> None:
    values = stream(4, "skew").lognormal(0.0, 1.0, 80).tolist()
    interval = paired_bootstrap(values, seed=1)
    assert interval.high - interval.mean > 1.2 * (interval.mean - interval.low)


def test_interval_is_as_skewed_as_the_expansion_of_its_ends_says() -> None:
    """To second order both ends lie further to the long side by (2z² + 1) · skewness / (6 √n)."""
    values = stream(5, "skew").gamma(1.0, 1.0, 100)
    interval = paired_bootstrap(values.tolist(), seed=1, resamples=200_000)
    error = float(values.std()) / math.sqrt(len(values))
    skewness = float(((values - values.mean()) ** 3).mean() / values.std() ** 3)
    shift = (2 * 1.96**2 + 1) * skewness / (6 * math.sqrt(len(values)))
    middle = (interval.low + interval.high) / 2 - interval.mean
    assert middle / error == pytest.approx(shift, rel=0.05)


def test_no_confidence_is_so_high_that_the_interval_narrows() -> None:
    values = [0.0] * 30 + [1000.0]
    usual, higher = (paired_bootstrap(values, seed=1, confidence=c) for c in (0.95, 1 - 1e-13))
    assert higher.low <= usual.low < usual.high <= higher.high


def test_a_single_resample_has_an_interval_too() -> None:
    interval = paired_bootstrap(sample(2), seed=1, resamples=1)
    assert interval.low <= interval.mean <= interval.high


def test_pairing_removes_what_both_sides_share() -> None:
    shared, noise = sample(5), sample(6)
    better = [x * 100 + 1 + y / 100 for x, y in zip(shared, noise, strict=True)]
    worse = [x * 100 for x in shared]
    assert paired_bootstrap(better, worse, seed=1).lies_above(1.0)
    assert paired_bootstrap(worse, better, seed=1).lies_below(-1.0)


@given(value=st.floats(-1e9, 1e9), count=st.integers(2, 30))
def test_equal_differences_have_an_interval_of_no_width(value: float, count: int) -> None:
    interval = paired_bootstrap([value] * count, seed=1, resamples=FEW)
    assert as_tuple(interval) == pytest.approx((value, value, value), rel=1e-12)


def test_one_scenario_cannot_tell() -> None:
    assert paired_bootstrap([3.0], seed=1) == Interval(mean=3.0, low=-math.inf, high=math.inf)
    assert not paired_bootstrap([3.0], seed=1).lies_above(0.0)


def test_large_samples_are_resampled_in_portions_without_a_seam() -> None:
    interval = paired_bootstrap(sample(7, 5000), seed=1, resamples=500)
    assert interval.high - interval.low == pytest.approx(2 * 1.96 * 3 / 5000**0.5, rel=0.15)


@pytest.mark.parametrize("objective", [COST, RATE])
def test_advantage_is_positive_for_the_better_side(objective: Objective) -> None:
    small, large = sample(8), [value + 1.0 for value in sample(8)]
    better, worse = (small, large) if objective is COST else (large, small)
    assert advantage_interval(better, worse, objective=objective, seed=1).lies_above(0.99)
    assert advantage_interval(worse, better, objective=objective, seed=1).lies_below(-0.99)


@pytest.mark.parametrize(("gain", "certain"), [(0.5, False), (1.0, True)])
def test_a_measured_advantage_of_one_step_is_none(gain: float, *, certain: bool) -> None:
    ours, theirs = [4.0] * 20, [4.0 + gain] * 20
    interval = advantage_interval(ours, theirs, objective=TIME, seed=1)
    assert interval.lies_above(0.0) is certain
    assert as_tuple(interval) == pytest.approx((gain, gain - 0.5, gain + 0.5))


def test_a_measured_headroom_is_as_uncertain_as_a_step_of_the_room() -> None:
    interval = headroom_interval([4.0] * 20, [5.0] * 20, [1.0] * 20, objective=TIME, seed=1)
    assert as_tuple(interval) == pytest.approx((0.25, 0.125, 0.375))


def mirrored(values: list[float], objective: Objective) -> list[float]:
    """Return costs, or rates that are as good as these costs."""
    return [-objective.fitness(value) for value in values]


@pytest.mark.parametrize("objective", [COST, RATE])
@pytest.mark.parametrize("share", [-0.5, 0.0, 0.25, 1.0])
def test_headroom_is_exact_when_every_scenario_closes_the_same_part(
    objective: Objective, share: float
) -> None:
    reference = sample(9)
    bound = [value - 5.0 - i % 7 for i, value in enumerate(reference)]
    values = [r + share * (b - r) for r, b in zip(reference, bound, strict=True)]
    interval = headroom_interval(
        *(mirrored(side, objective) for side in (values, reference, bound)),
        objective=objective,
        seed=1,
    )
    assert as_tuple(interval) == pytest.approx((share, share, share), abs=1e-9)


@pytest.mark.parametrize("objective", [COST, RATE])
@given(seed=st.integers(0, 999))
@settings(max_examples=20)
def test_headroom_agrees_with_the_objective_and_holds_it_inside(
    objective: Objective, seed: int
) -> None:
    reference, room, part = sample(seed), sample(seed + 1), sample(seed + 2)
    bound = [r - abs(x) for r, x in zip(reference, room, strict=True)]
    values = [r - p / 4.0 for r, p in zip(reference, part, strict=True)]
    sides = [mirrored(side, objective) for side in (values, reference, bound)]
    interval = headroom_interval(*sides, objective=objective, seed=seed, resamples=FEW)
    means = [math.fsum(side) / len(side) for side in sides]
    closed = objective.headroom_closed(means[0], reference=means[1], bound=means[2])
    assert interval is not None
    assert interval.mean == pytest.approx(closed, rel=1e-9)
    assert interval.low < interval.mean < interval.high


def test_headroom_ignores_scenarios_without_any() -> None:
    # The second scenario is already at its bound; a mean of ratios would divide by zero.
    interval = headroom_interval(
        [6.0, 4.0, 6.0] * 10, [10.0, 4.0, 10.0] * 10, [2.0, 4.0, 2.0] * 10, objective=COST, seed=1
    )
    assert as_tuple(interval) == pytest.approx((0.5, 0.5, 0.5))


@pytest.mark.parametrize("bound", [10.0, 11.0, 10.0 - 1e-14])
def test_no_headroom_has_no_interval(bound: float) -> None:
    sides = [9.0] * 5, [10.0] * 5, [bound] * 5
    assert headroom_interval(*sides, objective=COST, seed=1) is None


def test_headroom_of_a_single_scenario_with_room_stays_finite() -> None:
    # Most resamples that miss the only scenario with room have no ratio; they are left out.
    interval = headroom_interval(
        [3.0, 1.0, 1.0, 1.0], [5.0, 1.0, 1.0, 1.0], [1.0] * 4, objective=COST, seed=1
    )
    assert as_tuple(interval) == pytest.approx((0.5, 0.5, 0.5))


@given(values=VALUES.map(lambda v: [abs(x) + 1 for x in v]), seed=st.integers(0, 99))
def test_relative_change_does_not_depend_on_the_unit(values: list[float], seed: int) -> None:
    reference = [value + 5.0 for value in values[::-1]]
    plain = relative_change_interval(values, reference, seed=seed, resamples=FEW)
    cents = relative_change_interval(
        [100 * v for v in values], [100 * r for r in reference], seed=seed, resamples=FEW
    )
    assert as_tuple(plain) == pytest.approx(as_tuple(cents), rel=1e-9, abs=1e-9)
    assert plain is not None
    assert plain.mean == pytest.approx(sum(values) / sum(reference) - 1, abs=1e-9)


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_relative_change_of_a_tenth_less_everywhere_is_exact(sign: float) -> None:
    reference = [sign * (abs(value) + 1) for value in sample(10)]
    less = [r - 0.1 * abs(r) for r in reference]
    interval = relative_change_interval(less, reference, seed=1)
    assert as_tuple(interval) == pytest.approx((-0.1, -0.1, -0.1), abs=1e-9)


@given(values=VALUES, seed=st.integers(0, 99))
def test_relative_change_has_the_sign_of_the_difference_below_zero_too(
    values: list[float], seed: int
) -> None:
    reference = [-abs(value) - 1.0 for value in values[::-1]]
    found = relative_change_interval(values, reference, seed=seed, resamples=FEW)
    assert found is not None
    change = (sum(values) - sum(reference)) / abs(sum(reference))
    assert found.mean == pytest.approx(change, abs=1e-9)


def test_relative_change_against_a_mean_of_zero_is_undefined() -> None:
    assert relative_change_interval([1.0, 2.0], [1.0, -1.0], seed=1) is None


@pytest.mark.parametrize(
    "call",
    [
        lambda: paired_bootstrap([], seed=1),
        lambda: paired_bootstrap([1.0], [1.0, 2.0], seed=1),
        lambda: paired_bootstrap([1.0, math.nan], seed=1),
        lambda: paired_bootstrap([1.0, 2.0], seed=1, resamples=0),
        lambda: paired_bootstrap([1.0, 2.0], seed=1, confidence=1.0),
        lambda: headroom_interval([1.0], [2.0], [], objective=COST, seed=1),
        lambda: relative_change_interval([math.inf], [1.0], seed=1),
    ],
)
def test_what_cannot_be_compared_is_refused(call: Callable[[], object]) -> None:
    with pytest.raises(ValueError):
        call()
