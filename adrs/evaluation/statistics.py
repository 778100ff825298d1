"""Confidence intervals from paired samples: the same scenarios, resampled together.

Intervals are bias-corrected and accelerated (BCa) bootstrap intervals: Efron, "Better bootstrap
confidence intervals", JASA 82 (1987), equations 2.3 and 6.6. BCa is chosen over plain percentiles
because scenario values are skewed and two of the statistics are ratios: it corrects for both the
skew and the bias of the resampled statistic, and carries over to any monotone change of unit.

An interval of few scenarios is too narrow (below some 10, as any bootstrap); it says nothing about
scenarios of another kind than those sampled.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from adrs.core.objective import Objective
from adrs.simulation.streams import stream

RESAMPLES = 2000
CONFIDENCE = 0.95

_Floats = NDArray[np.float64]
_Statistic = Callable[[_Floats], _Floats]

_DRAWS_AT_ONCE = 1 << 19
"""Indices drawn at a time, which bounds memory for large samples."""

_TIE = 1e-9
"""Resampled values this near the estimate, relative to their range, differ by rounding only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """An estimate with its confidence interval, all in the same unit.

    Attributes:
        mean: the estimate from the whole sample.
        low: lower end, -inf when the sample cannot tell.
        high: upper end, inf when the sample cannot tell.
    """

    mean: float
    low: float
    high: float

    def lies_above(self, value: float) -> bool:
        """Tell whether the whole interval lies above `value`."""
        return self.low > value

    def lies_below(self, value: float) -> bool:
        """Tell whether the whole interval lies below `value`."""
        return self.high < value


def paired_bootstrap(
    values: Sequence[float],
    against: Sequence[float] | None = None,
    *,
    seed: int,
    resamples: int = RESAMPLES,
    confidence: float = CONFIDENCE,
) -> Interval:
    """Return the mean of paired differences and its BCa bootstrap interval.

    Args:
        values: the differences, or, with `against`, the values from which `against` is subtracted.
        against: the other program's values on the same scenarios, in the same order.
        seed: keys the resampling; the same arguments give the same interval.
        resamples: bootstrap samples, at least 1.
        confidence: coverage aimed at, strictly between 0 and 1.

    Returns:
        The interval; infinitely wide for one scenario, of no width when all differences are equal.

    Raises:
        ValueError: there is no scenario, lengths differ, a value is not finite, or a setting is out
            of range.
    """
    columns = _columns(values) if against is None else _columns(values, against)
    differences = columns[0] if against is None else columns[0] - columns[1]
    return _interval(
        differences[np.newaxis], _first, seed=seed, resamples=resamples, confidence=confidence
    )


def advantage_interval(
    values: Sequence[float],
    against: Sequence[float],
    *,
    objective: Objective,
    seed: int,
    resamples: int = RESAMPLES,
    confidence: float = CONFIDENCE,
) -> Interval:
    """Return by how much `values` are better than `against`, in the objective's unit.

    Above 0 is better, whichever way the objective points. Of a measured objective the interval
    reaches a step further at both ends. Arguments and errors as in `paired_bootstrap`.
    """
    ours, theirs = (values, against) if objective.better(1.0, 0.0) else (against, values)
    found = paired_bootstrap(ours, theirs, seed=seed, resamples=resamples, confidence=confidence)
    return _widened(found, objective.step)


def headroom_interval(
    values: Sequence[float],
    reference: Sequence[float],
    bound: Sequence[float],
    *,
    objective: Objective,
    seed: int,
    resamples: int = RESAMPLES,
    confidence: float = CONFIDENCE,
) -> Interval | None:
    """Return the part of (reference → bound) that is closed, as a ratio of means over scenarios.

    Of a measured objective the interval reaches a step further at both ends. The estimate is
    `objective.headroom_closed` of the three means: 0 is the reference, 1 the bound.
    A ratio of means, not a mean of ratios: scenarios without headroom then weigh nothing, instead
    of dividing by zero.

    Args:
        values: the program's values, one per scenario.
        reference: the reference baseline's values on the same scenarios, in the same order.
        bound: the proven best values of the same scenarios, in the same order.
        objective: which way is better.
        seed: keys the resampling.
        resamples: bootstrap samples, at least 1.
        confidence: coverage aimed at, strictly between 0 and 1.

    Returns:
        The interval; None when the reference leaves no headroom over these scenarios.

    Raises:
        ValueError: as in `paired_bootstrap`.
    """
    columns = _columns(values, reference, bound)
    start, end = (math.fsum(row) / len(row) for row in columns[1:])
    if objective.headroom_closed(start, reference=start, bound=end) is None:
        return None
    sign = objective.fitness(1.0)
    gain = sign * (columns[0] - columns[1])
    room = sign * (columns[2] - columns[1])
    found = _interval(
        np.stack((gain, room)), _ratio, seed=seed, resamples=resamples, confidence=confidence
    )
    return _widened(found, objective.step * columns.shape[1] / math.fsum(room))


def relative_change_interval(
    values: Sequence[float],
    reference: Sequence[float],
    *,
    seed: int,
    resamples: int = RESAMPLES,
    confidence: float = CONFIDENCE,
) -> Interval | None:
    """Return (mean(values) − mean(reference)) / |mean(reference)|: −0.1 is smaller by a tenth.

    Below 0 is the smaller metric, below zero too. Meant for metrics of one sign, such as a cost.

    Args:
        values: the program's values, one per scenario.
        reference: what they are compared with, on the same scenarios, in the same order.
        seed: keys the resampling.
        resamples: bootstrap samples, at least 1.
        confidence: coverage aimed at, strictly between 0 and 1.

    Returns:
        The interval; None when the mean of the reference is 0.

    Raises:
        ValueError: as in `paired_bootstrap`.
    """
    columns = _columns(values, reference)
    total = math.fsum(columns[1])
    if total == 0.0:
        return None
    size = math.copysign(1.0, total) * columns[1]
    return _interval(
        np.stack((columns[0] - columns[1], size)),
        _ratio,
        seed=seed,
        resamples=resamples,
        confidence=confidence,
    )


def _widened(interval: Interval, step: float) -> Interval:
    """Return the interval with a step of a measured value at both ends.

    All scenarios are measured together, so that what differs between two measurements is the same
    in all of them and resampling does not see it.
    """
    return Interval(mean=interval.mean, low=interval.low - step, high=interval.high + step)


def _first(means: _Floats) -> _Floats:
    first: _Floats = means[0]
    return first


def _ratio(means: _Floats) -> _Floats:
    """Divide, leaving out samples whose denominator has no longer the sign of the estimate's."""
    defined = means[1] > 0.0
    ratios: _Floats = means[0][defined] / means[1][defined]
    return ratios


def _interval(
    columns: _Floats, statistic: _Statistic, *, seed: int, resamples: int, confidence: float
) -> Interval:
    """Return the BCa interval of a statistic of column means.

    Args:
        columns: shape [k, n], one row per quantity, paired over n scenarios.
        statistic: maps means of shape [k, m] to at most m values; those undefined are left out.
        seed: keys the resampling.
        resamples: bootstrap samples.
        confidence: coverage aimed at.
    """
    if resamples < 1:
        raise ValueError(f"resamples must be at least 1, got {resamples}")
    if not 0.0 < confidence < 1.0:
        raise ValueError(f"confidence must lie between 0 and 1, got {confidence}")
    count = columns.shape[1]
    sums = np.array([math.fsum(row) for row in columns])
    estimate = float(statistic((sums / count)[:, np.newaxis])[0])
    if count == 1:
        return Interval(mean=estimate, low=-math.inf, high=math.inf)
    replicates = np.sort(statistic(_resampled_means(columns, seed, resamples)))
    left_out = statistic((sums[:, np.newaxis] - columns) / (count - 1))
    levels = _bca_levels(replicates, estimate, _acceleration(left_out), confidence)
    low, high = np.quantile(replicates, levels)
    return Interval(mean=estimate, low=min(float(low), estimate), high=max(float(high), estimate))


def _resampled_means(columns: _Floats, seed: int, resamples: int) -> _Floats:
    """Return means of shape [k, resamples]; all rows of a resample use the same scenarios."""
    count = columns.shape[1]
    rng = stream(seed, "bootstrap")
    means = np.empty((len(columns), resamples))
    step = max(1, _DRAWS_AT_ONCE // count)
    for begin in range(0, resamples, step):
        end = min(begin + step, resamples)
        chosen = rng.integers(0, count, size=(end - begin, count))
        for row, column in enumerate(columns):
            means[row, begin:end] = column[chosen].mean(axis=1)
    return means


def _acceleration(left_out: _Floats) -> float:
    """Return Efron's a from the leave-one-out values (1987, equation 6.6)."""
    pulls = left_out.mean() - left_out
    largest = float(np.abs(pulls).max())
    if largest == 0.0:
        return 0.0
    pulls = pulls / largest  # powers of very small pulls would underflow
    cubes, squares = float((pulls**3).sum()), float((pulls**2).sum())
    return cubes / (6.0 * math.pow(squares, 1.5))


def _bca_levels(
    replicates: _Floats, estimate: float, acceleration: float, confidence: float
) -> tuple[float, float]:
    """Return the quantile levels of the BCa interval; plain ones where BCa is undefined."""
    tail = (1.0 - confidence) / 2.0
    tie = _TIE * float(replicates[-1] - replicates[0])
    below = np.searchsorted(replicates, estimate - tie, side="left")
    up_to = np.searchsorted(replicates, estimate + tie, side="right")
    share = float(below + up_to) / (2.0 * len(replicates))
    if not 0.0 < share < 1.0:
        return tail, 1.0 - tail
    normal = NormalDist()
    bias = normal.inv_cdf(share)
    ends = (bias + normal.inv_cdf(tail), bias - normal.inv_cdf(tail))
    if any(acceleration * end >= 1.0 for end in ends):
        return tail, 1.0 - tail
    low, high = (normal.cdf(bias + end / (1.0 - acceleration * end)) for end in ends)
    return low, high


def _columns(*samples: Sequence[float]) -> _Floats:
    lengths = [len(sample) for sample in samples]
    if len(set(lengths)) != 1 or lengths[0] == 0:
        raise ValueError(f"need as many values on each side, at least one, got {lengths}")
    columns = np.array(samples, dtype=np.float64)
    if not np.isfinite(columns).all():
        raise ValueError("a value is not finite; only valid evaluations can be compared")
    return columns
