"""Percentiles and means with one exact definition each.

A percentile here is a value that was observed: no interpolation, no rounding, ints stay ints. It is
definition 1 of Hyndman and Fan (1996), "inverted_cdf" in numpy. Sums are correctly rounded, so they
depend neither on the order of the values nor on the version of Python or numpy.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """The usual figures of a sample, in the sample's unit."""

    count: int
    mean: float
    p50: float
    p90: float
    p99: float
    maximum: float


def rank(count: int, percent: float) -> int:
    """Return the 1-based rank of a percentile among `count` sorted values: ⌈percent·count/100⌉.

    `percent` stands for the decimal number that it prints as (99.9 is 999/10), so that no rounding
    of binary fractions moves the rank. The 0th percentile is the smallest value.

    Raises:
        ValueError: there are no values, or `percent` lies outside 0..100.
    """
    if count < 1:
        raise ValueError("no values have no percentile")
    if not 0 <= percent <= 100:
        raise ValueError(f"percent must lie in 0..100, got {percent}")
    return max(1, math.ceil(Fraction(str(percent)) * count / 100))


@overload
def percentile(values: NDArray[np.int64] | Sequence[int], percent: float) -> int: ...
@overload
def percentile(values: NDArray[np.float64] | Sequence[float], percent: float) -> float: ...
def percentile(
    values: NDArray[np.int64] | NDArray[np.float64] | Sequence[int] | Sequence[float],
    percent: float,
) -> float:
    """Return the smallest value that at least `percent` % of the values do not exceed.

    Args:
        values: any order, shape [n], n ≥ 1.
        percent: 0..100.

    Raises:
        ValueError: there are no values, one is NaN, or `percent` lies outside 0..100.
    """
    array = _checked(values)
    at = rank(len(array), percent) - 1
    chosen: float = np.partition(array, at)[at].item()
    return chosen


def mean(values: NDArray[np.int64] | NDArray[np.float64] | Sequence[float]) -> float:
    """Return the mean from a correctly rounded sum (`math.fsum`; ints add up exactly).

    Raises:
        ValueError: there are no values, or one is NaN.
    """
    array = _checked(values)
    # tolist: numpy sums in an order of its own and wraps around on overflow.
    numbers = array.tolist()
    total = sum(numbers) if array.dtype.kind in "iu" else math.fsum(numbers)
    return float(total / len(numbers))


def summarise(values: NDArray[np.int64] | NDArray[np.float64] | Sequence[float]) -> Summary:
    """Return count, mean, percentiles and maximum.

    Raises:
        ValueError: there are no values, or one is NaN.
    """
    array = np.sort(_checked(values))
    count = len(array)
    return Summary(
        count=count,
        mean=mean(array),
        p50=float(array[rank(count, 50) - 1]),
        p90=float(array[rank(count, 90) - 1]),
        p99=float(array[rank(count, 99) - 1]),
        maximum=float(array[-1]),
    )


def _checked(
    values: NDArray[np.int64] | NDArray[np.float64] | Sequence[float],
) -> NDArray[Any]:
    array = np.asarray(values)
    if array.ndim != 1 or array.size == 0:
        raise ValueError(f"need at least one value in one dimension, got shape {array.shape}")
    if array.dtype.kind not in "iuf":
        raise ValueError(f"need ints or floats, got {array.dtype}")
    if array.dtype.kind == "f" and bool(np.isnan(array).any()):
        raise ValueError("a value is NaN, which has no place in an order")
    return array
