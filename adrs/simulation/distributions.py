"""Random draws rounded to ints when they are made, so that simulations work on ints alone.

Every function returns `count` draws as int64, shape [count], in the unit in which its parameters
are given (nanoseconds, bytes, tokens): rounded half to even and then raised to `minimum`. A mean is
that of the continuous distribution; rounding moves it by less than half a unit, and `minimum` only
where values that small are likely.
"""

import math

import numpy as np
from numpy.typing import NDArray

_LARGEST = 2.0**62
"""Draws are capped here, so that adding one to a clock cannot overflow int64."""


def quantise(draws: NDArray[np.float64], *, minimum: int = 0) -> NDArray[np.int64]:
    """Round draws to int64 (half to even), not below `minimum` and not above 2**62.

    Raises:
        ValueError: a draw is NaN.
    """
    if np.isnan(draws).any():
        raise ValueError("cannot round NaN to an int")
    rounded: NDArray[np.int64] = np.clip(np.rint(draws), minimum, _LARGEST).astype(np.int64)
    return rounded


def constant(*, count: int, value: int) -> NDArray[np.int64]:
    """Return `count` times `value`."""
    _check_count(count)
    return np.full(count, value, dtype=np.int64)


def exponential(
    rng: np.random.Generator, *, count: int, mean: float, minimum: int = 0
) -> NDArray[np.int64]:
    """Draw from the exponential distribution of the given mean."""
    _check(count, mean=mean)
    return quantise(rng.exponential(mean, count), minimum=minimum)


def gamma(
    rng: np.random.Generator, *, count: int, mean: float, cv: float, minimum: int = 0
) -> NDArray[np.int64]:
    """Draw from the gamma distribution of shape 1/cv² and scale mean·cv².

    Args:
        rng: where the draws come from.
        count: number of draws.
        mean: mean, above 0.
        cv: coefficient of variation (standard deviation over mean), above 0; 1 is exponential.
        minimum: smallest value returned.
    """
    _check(count, mean=mean, cv=cv)
    return quantise(rng.gamma(1.0 / cv**2, mean * cv**2, count), minimum=minimum)


def weibull(
    rng: np.random.Generator, *, count: int, mean: float, shape: float, minimum: int = 0
) -> NDArray[np.int64]:
    """Draw from the Weibull distribution of scale mean/Γ(1 + 1/shape).

    A shape below 1 has a heavier tail than the exponential, 1 is the exponential.
    """
    _check(count, mean=mean, shape=shape)
    scale = mean / math.gamma(1.0 + 1.0 / shape)
    return quantise(scale * rng.weibull(shape, count), minimum=minimum)


def hyperexponential(
    rng: np.random.Generator, *, count: int, mean: float, cv2: float, minimum: int = 0
) -> NDArray[np.int64]:
    """Draw from a mixture of two exponentials with balanced means.

    The branch of probability p = (1 + √((cv²−1)/(cv²+1)))/2 has mean mean/(2p), the other one
    mean/(2(1−p)), so that both carry half of the work.

    Args:
        rng: where the draws come from.
        count: number of draws.
        mean: mean, above 0.
        cv2: squared coefficient of variation, at least 1.
        minimum: smallest value returned.
    """
    _check(count, mean=mean)
    if not 1.0 <= cv2 < math.inf:
        raise ValueError(f"cv2 must be finite and at least 1, got {cv2}")
    likely = (1.0 + math.sqrt((cv2 - 1.0) / (cv2 + 1.0))) / 2.0
    branch = rng.random(count) < likely
    means = np.where(branch, mean / (2.0 * likely), mean / (2.0 * (1.0 - likely)))
    return quantise(means * rng.standard_exponential(count), minimum=minimum)


def lognormal(
    rng: np.random.Generator, *, count: int, mean: float, sd: float, minimum: int = 0
) -> NDArray[np.int64]:
    """Draw from the lognormal distribution of the given mean and standard deviation.

    The underlying normal has σ² = ln(1 + sd²/mean²) and μ = ln(mean) − σ²/2.
    """
    _check(count, mean=mean, sd=sd)
    variance = math.log1p((sd / mean) ** 2)
    mu = math.log(mean) - variance / 2.0
    return quantise(rng.lognormal(mu, math.sqrt(variance), count), minimum=minimum)


def pareto(
    rng: np.random.Generator,
    *,
    count: int,
    shape: float,
    scale: float,
    cap: float = _LARGEST,
    minimum: int = 0,
) -> NDArray[np.int64]:
    """Draw from the Pareto distribution P(X > x) = (scale/x)^shape, truncated to x ≤ cap.

    Truncated, not clipped: the mass above `cap` is spread over the whole range by inverting the
    conditional distribution, so no lump sits at the cap.

    Args:
        rng: where the draws come from.
        count: number of draws.
        shape: tail index, above 0; the untruncated mean is infinite up to 1.
        scale: smallest value, above 0.
        cap: largest value, above `scale`.
        minimum: smallest value returned.
    """
    _check(count, shape=shape, scale=scale)
    if not scale < cap <= _LARGEST:
        raise ValueError(f"cap must lie above the scale {scale} and not above 2**62, got {cap}")
    below_cap = 1.0 - (scale / cap) ** shape
    draws = scale * (1.0 - rng.random(count) * below_cap) ** (-1.0 / shape)
    return quantise(draws, minimum=minimum)


def _check(count: int, **positive: float) -> None:
    _check_count(count)
    for name, value in positive.items():
        if not 0.0 < value < math.inf:
            raise ValueError(f"{name} must be finite and above 0, got {value}")


def _check_count(count: int) -> None:
    if count < 0:
        raise ValueError(f"count must be at least 0, got {count}")
