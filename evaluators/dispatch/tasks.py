"""Task types, durations and arrivals of a scenario.

A scenario draws a catalogue of task types: what they need, how long they run on average, how
popular they are (Zipf). A task's own duration varies about its type's mean and is not known before
it ends, as with profiled functions. Durations are rounded to microseconds.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from adrs.simulation import arrivals, distributions
from adrs.simulation.streams import stream

_US_PER_MS = 1000
_NS_PER_US = 1000
_ZIPF = 0.9
_LONGEST_MS = 60_000.0


class Law(StrEnum):
    """How a task's duration varies about the mean of its type."""

    LOGNORMAL = "lognormal"
    EXPONENTIAL = "exponential"
    PARETO = "pareto"  # tail index 1.5
    CONSTANT = "constant"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mix:
    """Where the types of a scenario come from.

    Attributes:
        types: how many types there are.
        cores: equally likely needs of a type.
        memory_gb: equally likely needs of a type.
        mean_ms: mean over types of the type's mean duration at speed 100.
        spread_ms: standard deviation of that, lognormal.
        law: how a task's duration varies about its type's mean.
        cv: its coefficient of variation, where the law leaves that open.
    """

    types: int
    cores: tuple[int, ...]
    memory_gb: tuple[int, ...]
    mean_ms: float
    spread_ms: float
    law: Law
    cv: float = 1.0


MIXES: Mapping[str, Mix] = MappingProxyType(
    {
        "functions": Mix(
            types=12,
            cores=(1, 1, 1, 2),
            memory_gb=(1, 1, 2, 4),
            mean_ms=400.0,
            spread_ms=500.0,
            law=Law.LOGNORMAL,
            cv=0.4,
        ),
        "batch": Mix(
            types=20,
            cores=(1, 2),
            memory_gb=(1, 2, 4, 8),
            mean_ms=500.0,
            spread_ms=500.0,
            law=Law.LOGNORMAL,
            cv=1.0,
        ),
        "heavy": Mix(
            types=8,
            cores=(1, 1, 2),
            memory_gb=(2, 4, 6),
            mean_ms=400.0,
            spread_ms=300.0,
            law=Law.PARETO,
        ),
        "exponential": Mix(
            types=1,
            cores=(1,),
            memory_gb=(1,),
            mean_ms=400.0,
            spread_ms=0.0,
            law=Law.EXPONENTIAL,
        ),
        "equal": Mix(
            types=1, cores=(1,), memory_gb=(2,), mean_ms=100.0, spread_ms=0.0, law=Law.CONSTANT
        ),
    }
)


class Pattern(StrEnum):
    """How tasks arrive."""

    POISSON = "poisson"
    BURSTY = "bursty"  # Markov-modulated: phases at 1.6 and at 0.4 times the mean rate
    RAMP = "ramp"  # Poisson, at a rate that grows from 0.5 to 1.5 times the mean
    TOGETHER = "together"  # all at time 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Tasks:
    """The tasks of a scenario in the order of their arrival; arrays have shape [tasks].

    Attributes:
        arrival_us: when each comes.
        cores: what it needs.
        memory_gb: what it needs.
        work_us: its hidden duration at speed 100.
        estimate_us: the mean of its type at speed 100.
    """

    arrival_us: NDArray[np.int64]
    cores: NDArray[np.int64]
    memory_gb: NDArray[np.int64]
    work_us: NDArray[np.int64]
    estimate_us: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.arrival_us)


def draw_tasks(
    mix: Mix, pattern: Pattern, *, seed: int, count: int, load: float, capacity: float
) -> Tasks:
    """Draw the tasks of a scenario.

    Args:
        mix: what tasks are like.
        pattern: how they arrive.
        seed: the scenario's.
        count: how many.
        load: core-time asked for per time, relative to `capacity`.
        capacity: sum over servers of cores times speed / 100.
    """
    types = stream(seed, "types")
    cores = types.choice(mix.cores, mix.types)
    memory = types.choice(mix.memory_gb, mix.types)
    means_us = _means_us(mix, types)
    popularity = np.arange(1, mix.types + 1) ** -_ZIPF
    popularity /= popularity.sum()
    kind = stream(seed, "kinds").choice(mix.types, count, p=popularity)
    work_per_task_us = math.fsum((popularity * cores * means_us).tolist())
    mean_gap_us = work_per_task_us / (load * capacity)
    return Tasks(
        arrival_us=_arrivals(pattern, stream(seed, "arrivals"), count, mean_gap_us),
        cores=cores[kind].astype(np.int64),
        memory_gb=memory[kind].astype(np.int64),
        work_us=distributions.quantise(
            means_us[kind] * _factors(mix, stream(seed, "durations"), count), minimum=1
        ),
        estimate_us=means_us[kind],
    )


def _means_us(mix: Mix, rng: np.random.Generator) -> NDArray[np.int64]:
    mean, longest = mix.mean_ms * _US_PER_MS, _LONGEST_MS * _US_PER_MS
    if mix.spread_ms == 0.0:
        return distributions.constant(count=mix.types, value=round(mean))
    sd = mix.spread_ms * _US_PER_MS
    drawn = distributions.lognormal(rng, count=mix.types, mean=mean, sd=sd, minimum=_US_PER_MS)
    return np.minimum(drawn, round(longest))


def _factors(mix: Mix, rng: np.random.Generator, count: int) -> NDArray[np.float64]:
    """Return durations relative to the type's mean.

    Their mean is 1, but 0.96 under the Pareto law, whose longest are cut: there tasks are 4 %
    shorter than estimated in the mean, and the load as much lower than asked for.
    """
    if mix.law is Law.EXPONENTIAL:
        return rng.standard_exponential(count)
    if mix.law is Law.PARETO:
        # A Pareto of index 1.5 and scale 1/3 has mean 1.5 / 0.5 / 3; the cut takes 0.0385 of it.
        return np.minimum((1.0 - rng.random(count)) ** (-1.0 / 1.5) / 3.0, 100.0)
    if mix.law is Law.LOGNORMAL:
        variance = math.log1p(mix.cv**2)
        return rng.lognormal(-variance / 2.0, math.sqrt(variance), count)
    return np.ones(count)


def _arrivals(
    pattern: Pattern, rng: np.random.Generator, count: int, mean_gap_us: float
) -> NDArray[np.int64]:
    gap_ns = mean_gap_us * _NS_PER_US
    if pattern is Pattern.TOGETHER:
        return np.zeros(count, dtype=np.int64)
    if pattern is Pattern.BURSTY:
        times = arrivals.markov_modulated(
            rng,
            count=count,
            mean_gaps_ns=(gap_ns / 1.6, gap_ns / 0.4),
            mean_sojourns_ns=(30.0 * gap_ns, 30.0 * gap_ns),
        )
        return times // _NS_PER_US
    times = arrivals.poisson(rng, count=count, mean_gap_ns=gap_ns)
    if pattern is Pattern.RAMP:
        return _ramped(times, count * gap_ns)
    return times // _NS_PER_US


def _ramped(times_ns: NDArray[np.int64], span_ns: float) -> NDArray[np.int64]:
    """Move arrivals of rate 1 so that the rate grows from 0.5 to 1.5 over `span_ns`.

    The expected arrivals up to the share x of the span are x / 2 + x^2 / 2; the inverse moves them.
    """
    share = (np.sqrt(0.25 + 2.0 * times_ns / span_ns) - 0.5) * span_ns
    return distributions.quantise(share) // _NS_PER_US
