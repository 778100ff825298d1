"""Spot availability of synthetic zones: a semi-Markov chain with heavy tails and two regimes.

Availability alternates between up runs and down runs. A run's length is lognormal, so that means
lie well above medians, as in the published ping traces; its scale depends on a hidden regime
(calm or volatile) that switches on the scale of a day, and on a level that one scenario draws
once, which spreads availability from trace to trace. A scenario is a window at a random place of
such a trace. The constants of `ZONES` are fitted to the per-zone statistics of the "Can't Be Late"
traces (Wu et al., NSDI 2024): mean availability with its range over windows, mean run lengths.
`SHAPES` are odd traces for checks of validity.
"""

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from adrs.core.seeds import derive_seed

_HOUR_S = 3600.0
_WARMUP_S = 2 * 86_400
_WINDOW_RANGE_S = 7 * 86_400
_REGIME_MEAN_H = (36.0, 18.0)  # calm, volatile
_BLOCK = 128


@dataclass(frozen=True, slots=True, kw_only=True)
class Zone:
    """Constants of one availability zone and instance type.

    Attributes:
        up_h: median length of an up run in the calm regime, hours.
        down_h: median length of a down run in the calm regime, hours.
        up_sigma: standard deviation of the logarithm of an up run.
        down_sigma: standard deviation of the logarithm of a down run.
        level_sigma: standard deviation of the scenario's level, which lengthens up runs and
            shortens down runs by the same factor.
        up_divisor: how much shorter up runs are in the volatile regime.
        down_divisor: how much shorter down runs are in the volatile regime.
    """

    up_h: float
    down_h: float
    up_sigma: float = 1.1
    down_sigma: float = 1.1
    level_sigma: float = 0.1
    up_divisor: float = 2.5
    down_divisor: float = 1.25


ZONES: Mapping[str, Zone] = MappingProxyType(
    {
        "us-west-2a_k80_1": Zone(up_h=4.69, down_h=0.157, level_sigma=0.0),
        "us-west-2a_k80_8": Zone(up_h=1.60, down_h=0.875),
        "us-west-2a_v100_1": Zone(up_h=2.07, down_h=0.695, level_sigma=0.0),
        "us-west-2a_v100_8": Zone(up_h=0.507, down_h=0.723),
        "us-west-2b_k80_1": Zone(up_h=0.733, down_h=1.331, down_sigma=1.5, level_sigma=0.3),
        "us-west-2b_k80_8": Zone(up_h=1.01, down_h=0.522),
        "us-west-2b_v100_1": Zone(up_h=1.416, down_h=0.907),
        "us-west-2b_v100_8": Zone(up_h=0.403, down_h=0.746),
    }
)


def _never(ticks: int) -> NDArray[np.bool_]:
    return np.zeros(ticks, dtype=np.bool_)


def _always(ticks: int) -> NDArray[np.bool_]:
    return np.ones(ticks, dtype=np.bool_)


def _flapping(ticks: int) -> NDArray[np.bool_]:
    return np.equal(np.arange(ticks) % 2, 0)


def _vanishing(ticks: int) -> NDArray[np.bool_]:
    return np.arange(ticks) < ticks // 3


SHAPES: Mapping[str, Callable[[int], NDArray[np.bool_]]] = MappingProxyType(
    {"never": _never, "always": _always, "flapping": _flapping, "vanishing": _vanishing}
)


def semi_markov(zone: Zone, *, seed: int, ticks: int, tick_s: int) -> NDArray[np.bool_]:
    """Return whether spot is available at each of `ticks` ticks of `tick_s` seconds."""
    place = _stream(seed, "window")
    start = (_WARMUP_S + int(place.integers(0, _WINDOW_RANGE_S))) // tick_s
    level = math.exp(zone.level_sigma * float(place.standard_normal()))
    trace = np.zeros(start + ticks, dtype=np.bool_)
    regimes = _regimes(_stream(seed, "regime"), total=len(trace), tick_s=tick_s)
    noise = _normals(_stream(seed, "runs"))
    # Medians in ticks by [up][regime].
    medians = (
        (zone.down_h / level, zone.down_h / level / zone.down_divisor),
        (zone.up_h * level, zone.up_h * level / zone.up_divisor),
    )
    sigmas = (zone.down_sigma, zone.up_sigma)
    per_tick = _HOUR_S / tick_s
    up, at = bool(place.random() < 0.5), 0
    while at < len(trace):
        median = medians[up][regimes[at]] * per_tick
        length = max(1, round(median * math.exp(sigmas[up] * next(noise))))
        trace[at : at + length] = up
        at += length
        up = not up
    return trace[start:]


def _regimes(rng: np.random.Generator, *, total: int, tick_s: int) -> list[int]:
    """Return the regime at each tick: 0 calm, 1 volatile."""
    regimes: list[int] = []
    regime = int(rng.integers(0, 2))
    while len(regimes) < total:
        length = 1 + int(rng.exponential(_REGIME_MEAN_H[regime] * _HOUR_S / tick_s))
        regimes += [regime] * length
        regime = 1 - regime
    return regimes


def _normals(rng: np.random.Generator) -> Iterator[float]:
    while True:
        yield from rng.standard_normal(_BLOCK).tolist()


def _stream(seed: int, name: str) -> np.random.Generator:
    return np.random.Generator(np.random.PCG64(derive_seed("spot", name, seed)))
