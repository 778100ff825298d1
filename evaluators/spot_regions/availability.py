"""Spot availability of several zones that goes up and down together, as in the published traces.

Every zone has a hidden pressure: a sum of slow and fast Gaussian processes, some of them shared by
all zones, some by the zones of a region, some its own. Spot can be had while the pressure is above
the zone's threshold, which is the quantile that gives its mean availability. Fast parts make short
runs and slow parts long ones, so that runs are heavy-tailed; shared parts make neighbours fail
together; a part with a period of 24 hours is the daily rhythm; a constant per scenario spreads
availability from job to job.

The weights are fitted to the 45 days of nine zones published with "Can't Be Late" (Wu et al., NSDI
2024): mean availability, runs per 60 hours and their lengths, correlation within a region (0.25 to
0.59) and between regions (0.03 to 0.27).
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from adrs.simulation.streams import stream

from .zones import Zone, region_of

PING_S = 195  # the published traces' interval
_HOUR_S = 3600.0
_DAY_H = 24.0
_START = 2  # draws that a process needs for its first value


@dataclass(frozen=True, slots=True, kw_only=True)
class _Process:
    """One part of a pressure.

    Attributes:
        stream: name of its random stream; zones that name the same one share the process.
        variance: its part of a pressure's variance.
        hours: its time constant.
    """

    stream: str
    variance: float
    hours: float


_EVERYWHERE_H, _REGION_SLOW_H, _REGION_H, _ZONE_SLOW_H, _ZONE_H, _FLUTTER_H = (
    10.0, 8.0, 1.5, 8.0, 1.0, 0.15,
)  # fmt: skip
_LEVELS = (("everywhere", 0.03), ("region", 0.07), ("zone", 0.02))
_DAY = 0.10


def correlated(
    zones: Sequence[tuple[str, Zone]], *, seed: int, ticks: int, tick_s: int
) -> NDArray[np.bool_]:
    """Return whether spot can be had, shape [ticks, zones].

    A zone's trace depends on the seed and on its own name and constants, not on which other zones
    there are; and a longer trace begins like a shorter one.

    Args:
        zones: name and constants of each zone.
        seed: the scenario's.
        ticks: how many ticks.
        tick_s: seconds from one tick to the next; a zone is pinged every `PING_S` seconds, and a
            tick sees the last ping.
    """
    pings = (ticks - 1) * tick_s // PING_S + 1
    parts = [list(_processes(name, zone)) for name, zone in zones]
    values = _played({p.stream: p for part in parts for p in part}, seed=seed, pings=pings)
    day = _day(seed, pings)
    pressures = np.empty((pings, len(zones)))
    for column, (name, zone) in enumerate(zones):
        pressure = _level(name, seed) + math.sqrt(_DAY) * day
        variance = _DAY + sum(part for _, part in _LEVELS)
        for process in parts[column]:
            pressure = pressure + math.sqrt(process.variance) * values[process.stream]
            variance += process.variance
        threshold = NormalDist().inv_cdf(1 - zone.availability)
        pressures[:, column] = pressure - threshold * math.sqrt(variance)
    seen = np.arange(ticks) * tick_s // PING_S
    return np.asarray(pressures[seen] > 0)


def _processes(name: str, zone: Zone) -> Iterator[_Process]:
    region = region_of(name)
    yield _Process(stream="everywhere", variance=0.06, hours=_EVERYWHERE_H)
    yield _Process(stream=f"{region}/slow", variance=0.22, hours=_REGION_SLOW_H)
    yield _Process(stream=f"{region}/hours", variance=0.21, hours=_REGION_H)
    yield _Process(stream=f"{name}/slow", variance=0.09, hours=_ZONE_SLOW_H)
    yield _Process(stream=f"{name}/hours", variance=0.10, hours=_ZONE_H)
    yield _Process(stream=f"{name}/flutter", variance=zone.flutter, hours=_FLUTTER_H)


def _level(name: str, seed: int) -> float:
    """Return the part that is constant in a scenario."""
    places = {"everywhere": "everywhere", "region": region_of(name), "zone": name}
    return sum(
        math.sqrt(variance) * float(stream(seed, f"level/{scope}/{places[scope]}").normal())
        for scope, variance in _LEVELS
    )


def _day(seed: int, pings: int) -> NDArray[np.float64]:
    """Return the daily rhythm, of variance 1; the job starts at any time of the day."""
    start = float(stream(seed, "day").uniform(0.0, _DAY_H))
    hours = start + np.arange(pings) * (PING_S / _HOUR_S)
    return np.asarray(math.sqrt(2.0) * np.cos(hours * (2 * math.pi / _DAY_H)))


def _played(
    processes: dict[str, _Process], *, seed: int, pings: int
) -> dict[str, NDArray[np.float64]]:
    """Return each process at every ping, by its stream's name.

    White noise through two equal exponential filters, of variance 1 from the first ping on. The
    second filter keeps a pressure from crossing its threshold at every other ping.
    """
    noise = np.stack(
        [stream(seed, f"pressure/{name}").standard_normal(pings + _START) for name in processes],
        axis=1,
    )
    hours = np.array([process.hours for process in processes.values()])
    keep = np.exp(-PING_S / (_HOUR_S * hours))
    # Stationary moments of the filters' outputs: one, two, and both together.
    both = 1 / (1 + keep)
    second = (1 + keep**2) * both**2
    one = noise[0]
    two = both * one + np.sqrt(second - both**2) * noise[1]
    out = np.empty((pings, len(processes)))
    for ping in range(pings):
        out[ping] = two
        one = keep * one + np.sqrt(1 - keep**2) * noise[ping + _START]
        two = keep * two + (1 - keep) * one
    out /= np.sqrt(second)
    return {name: out[:, column] for column, name in enumerate(processes)}
