"""Arrival processes: ascending integer-nanosecond times.

Every function returns int64 times, shape [count], counted from 0; the first arrival comes one gap
after 0. Gaps are rounded to nanoseconds before they are added, so the sums are exact.
"""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from adrs.simulation import distributions

_SOJOURNS_AT_ONCE = 256


def poisson(rng: np.random.Generator, *, count: int, mean_gap_ns: float) -> NDArray[np.int64]:
    """Return the arrivals of a Poisson process: exponential gaps of the given mean."""
    return _times(distributions.exponential(rng, count=count, mean=mean_gap_ns))


def gamma(
    rng: np.random.Generator, *, count: int, mean_gap_ns: float, cv: float
) -> NDArray[np.int64]:
    """Return the arrivals of a renewal process with gamma gaps.

    Args:
        rng: where the draws come from.
        count: number of arrivals.
        mean_gap_ns: mean gap, above 0.
        cv: coefficient of variation of a gap, above 0; 1 is Poisson, more is burstier.
    """
    return _times(distributions.gamma(rng, count=count, mean=mean_gap_ns, cv=cv))


def weibull(
    rng: np.random.Generator, *, count: int, mean_gap_ns: float, shape: float
) -> NDArray[np.int64]:
    """Return the arrivals of a renewal process with Weibull gaps; a shape below 1 is bursty."""
    return _times(distributions.weibull(rng, count=count, mean=mean_gap_ns, shape=shape))


def deterministic(*, count: int, gap_ns: int) -> NDArray[np.int64]:
    """Return arrivals at gap_ns, 2·gap_ns, ….

    Raises:
        ValueError: the gap or the count is negative.
    """
    if gap_ns < 0:
        raise ValueError(f"gap_ns must be at least 0, got {gap_ns}")
    return _times(distributions.constant(count=count, value=gap_ns))


def markov_modulated(
    rng: np.random.Generator,
    *,
    count: int,
    mean_gaps_ns: Sequence[float],
    mean_sojourns_ns: Sequence[float],
) -> NDArray[np.int64]:
    """Return the arrivals of a Markov-modulated Poisson process.

    Its states follow one another in a cycle, each for an exponential time; the first is drawn in
    proportion to the mean sojourns. While state i lasts, arrivals are Poisson with mean gap
    `mean_gaps_ns[i]`. Two states make the MMPP(2) (Fischer and Meier-Hellstern, 1993). Made exactly
    by a change of time: a unit-rate Poisson process through the inverse of the cumulative rate.

    Args:
        rng: where the draws come from.
        count: number of arrivals.
        mean_gaps_ns: one mean gap per state, above 0; `math.inf` for a silent state.
        mean_sojourns_ns: one mean stay per state, finite and above 0.

    Raises:
        ValueError: the lists are empty or differ in length, every state is silent, or a value is
            out of range.
    """
    _check_states(mean_gaps_ns, mean_sojourns_ns)
    first = int(rng.choice(len(mean_gaps_ns), p=_shares(mean_sojourns_ns)))
    sojourns = np.roll(np.asarray(mean_sojourns_ns, dtype=np.float64), -first)
    rates = 1.0 / np.roll(np.asarray(mean_gaps_ns, dtype=np.float64), -first)
    marks = np.cumsum(rng.standard_exponential(count))
    needed = float(marks[-1]) if count else 0.0
    time_knots, mass_knots = _cumulative_rate(rng, sojourns, rates, needed)
    return distributions.quantise(np.interp(marks, mass_knots, time_knots))


def _cumulative_rate(
    rng: np.random.Generator,
    sojourns: NDArray[np.float64],
    rates: NDArray[np.float64],
    needed: float,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the ends of the sojourns and the expected arrivals up to each, beyond `needed`."""
    cycles = -(-_SOJOURNS_AT_ONCE // len(rates))
    lengths = np.zeros(1)
    masses = np.zeros(1)
    while float(masses.sum()) <= needed:
        stays = np.tile(sojourns, cycles) * rng.standard_exponential(cycles * len(rates))
        lengths = np.concatenate((lengths, stays))
        masses = np.concatenate((masses, stays * np.tile(rates, cycles)))
        cycles *= 2
    return np.cumsum(lengths), np.cumsum(masses)


def _shares(values: Sequence[float]) -> list[float]:
    total = math.fsum(values)
    return [value / total for value in values]


def _check_states(mean_gaps_ns: Sequence[float], mean_sojourns_ns: Sequence[float]) -> None:
    if not mean_gaps_ns or len(mean_gaps_ns) != len(mean_sojourns_ns):
        raise ValueError(
            f"need one gap and one sojourn per state, got {len(mean_gaps_ns)} gaps and "
            f"{len(mean_sojourns_ns)} sojourns"
        )
    if not all(gap > 0.0 for gap in mean_gaps_ns) or math.inf == min(mean_gaps_ns):
        raise ValueError(f"gaps must be above 0 and not all infinite, got {list(mean_gaps_ns)}")
    if not all(0.0 < stay < math.inf for stay in mean_sojourns_ns):
        raise ValueError(f"sojourns must be finite and above 0, got {list(mean_sojourns_ns)}")


def _times(gaps_ns: NDArray[np.int64]) -> NDArray[np.int64]:
    """Add up gaps; rejects sums that would overflow."""
    if float(gaps_ns.sum(dtype=np.float64)) >= 2.0**62:
        raise ValueError("the arrivals reach beyond 2**62 ns (146 years)")
    times: NDArray[np.int64] = np.cumsum(gaps_ns, dtype=np.int64)
    return times
