"""Makes a scenario's workload: the job, its zones with their prices, and when spot is available."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from adrs.core.scenario import Scenario, Split
from adrs.evaluation.parameters import Parameters
from adrs.simulation.streams import stream

from .availability import correlated
from .interface import MAX_ZONES
from .scoring import HOUR_S, PRICE_SCALE
from .traces import Recording, common_s, part_s
from .zones import SHAPE_PRICE, SHAPES, ZONES, region_of

_NAMES = ("checkpoint_gb", "egress", "job_h", "overhead_h", "prices", "slack_h", "zones")
_LONGEST_H = 1000.0


class Pricing(StrEnum):
    """Which zone has which price."""

    PUBLISHED = "published"  # each its own
    DEALT = "dealt"  # the same prices, dealt out to the zones at random


@dataclass(frozen=True, slots=True, kw_only=True)
class Cloud:
    """What is the same in every scenario of an evaluator.

    Attributes:
        tick_s: time from one decision to the next, seconds.
        on_demand: on-demand price, 1/PRICE_SCALE $ per hour.
        copy_s_per_gb: how long it takes to copy a GB of data to another region, seconds.
        recordings: recorded zones by name; empty when availability is generated.
    """

    tick_s: int
    on_demand: int
    copy_s_per_gb: float
    recordings: Mapping[str, Recording] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Workload:
    """One job, its zones and their hidden future. The data is in zone 0 at the start.

    Attributes:
        work_s: computing time the job needs, seconds.
        deadline_s: when it must be done, seconds.
        overhead_s: time without progress after every launch, seconds.
        tick_s: time from one decision to the next, seconds.
        move_s: further overhead of a launch in another region, seconds.
        move_units: egress of such a launch, 1/UNITS_PER_DOLLAR dollars.
        on_demand: on-demand price, 1/PRICE_SCALE $ per hour.
        prices: spot price of each zone, likewise.
        regions: region of each zone, numbered from 0 in the order in which they first come.
        available: shape [deadline_s // tick_s, zones], whether spot can be had; read-only.
    """

    work_s: int
    deadline_s: int
    overhead_s: int
    tick_s: int
    move_s: int
    move_units: int
    on_demand: int
    prices: tuple[int, ...]
    regions: tuple[int, ...]
    available: NDArray[np.bool_]

    def __post_init__(self) -> None:
        self.available.setflags(write=False)

    @property
    def ticks(self) -> int:
        """Whole ticks before the deadline."""
        return len(self.available)

    @property
    def zones(self) -> int:
        """How many zones there are."""
        return len(self.prices)


def workload(scenario: Scenario, cloud: Cloud) -> Workload:
    """Generate the workload of a scenario.

    Scenario parameters, all required: `zones` (names, separated by spaces: of `ZONES` or `SHAPES`,
    or of the recordings where there are any), `prices` (see `Pricing`), `job_h` (work in hours),
    `slack_h` (deadline minus work), `overhead_h`, `checkpoint_gb` (data that moves with the job)
    and `egress` ($ per GB from region to region). The zones come in an order drawn from the seed.

    Raises:
        ProblemError: a parameter is missing, unknown or out of range; the text names it.
    """
    read = Parameters.of_scenario(scenario, _NAMES)
    hours = {key: read.number(key, most=_LONGEST_H) for key in ("job_h", "slack_h", "overhead_h")}
    checkpoint_gb = read.number("checkpoint_gb", most=100_000.0)
    egress = read.number("egress", most=10.0)
    names = _zone_names(read, cloud, scenario.seed)
    work_s = round(hours["job_h"] * HOUR_S)
    if work_s < 1:
        raise read.wrong("job_h", f"{read.raw('job_h')} h is too short.")
    overhead_s = round(hours["overhead_h"] * HOUR_S)
    deadline_s = work_s + round(hours["slack_h"] * HOUR_S)
    tick_s = cloud.tick_s
    if math.ceil((work_s + overhead_s) / tick_s) > deadline_s // tick_s:
        raise read.wrong(
            "slack_h",
            f"{read.raw('slack_h')} h is too little: even on-demand from the start, in ticks of "
            f"{tick_s} s, would miss the deadline.",
        )
    market = _market(read, scenario, names, cloud, ticks=deadline_s // tick_s)
    regions = list(dict.fromkeys(region_of(name) for name in names))
    return Workload(
        work_s=work_s,
        deadline_s=deadline_s,
        overhead_s=overhead_s,
        tick_s=tick_s,
        move_s=round(checkpoint_gb * cloud.copy_s_per_gb),
        move_units=round(checkpoint_gb * egress * PRICE_SCALE) * HOUR_S,
        on_demand=cloud.on_demand,
        prices=market.prices,
        regions=tuple(regions.index(region_of(name)) for name in names),
        available=market.available,
    )


def _zone_names(read: Parameters, cloud: Cloud, seed: int) -> tuple[str, ...]:
    """Return the zones' names in the order of the seed."""
    names = read.text("zones", "names separated by spaces").split()
    if not 1 <= len(names) <= MAX_ZONES:
        raise read.wrong("zones", f"expected 1 to {MAX_ZONES} names, got {len(names)}.")
    known = (*(cloud.recordings or ZONES), *SHAPES)
    for name in names:
        if name not in known:
            there = ", ".join(repr(other[:40]) for other in known)  # files name some
            fault = f"no zone is called {name!r}; there are {there}."
            raise read.wrong("zones", fault)
    order = stream(seed, "order").permutation(len(names))
    return tuple(names[at] for at in order)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Market:
    """Prices by zone, and availability, shape [ticks, zones]."""

    prices: tuple[int, ...]
    available: NDArray[np.bool_]


def _market(
    read: Parameters, scenario: Scenario, names: Sequence[str], cloud: Cloud, *, ticks: int
) -> _Market:
    available = np.zeros((ticks, len(names)), dtype=np.bool_)
    prices = [SHAPE_PRICE] * len(names)
    for column, name in enumerate(names):
        if name in SHAPES:
            available[:, column] = SHAPES[name](ticks)
    natural = {column: name for column, name in enumerate(names) if name not in SHAPES}
    if natural and cloud.recordings:
        _recorded(read, scenario, natural, cloud, available, prices)
    elif natural:
        _generated(scenario.seed, natural, cloud, available, prices)
    if read.member("prices", Pricing) is Pricing.DEALT:
        deal = stream(scenario.seed, "deal").permutation(len(prices))
        prices = [prices[at] for at in deal]
    return _Market(prices=tuple(round(p * PRICE_SCALE) for p in prices), available=available)


def _generated(
    seed: int,
    names: Mapping[int, str],
    cloud: Cloud,
    available: NDArray[np.bool_],
    prices: list[float],
) -> None:
    """Fill in generated zones, by column; a price is drawn once for the whole job."""
    zones = [(name, ZONES[name]) for name in names.values()]
    available[:, list(names)] = correlated(
        zones, seed=seed, ticks=len(available), tick_s=cloud.tick_s
    )
    for column, (name, zone) in zip(names, zones, strict=True):
        draw = stream(seed, f"price/{name}").uniform(zone.cheapest, zone.dearest)
        prices[column] = float(draw)


def _recorded(
    read: Parameters,
    scenario: Scenario,
    names: Mapping[int, str],
    cloud: Cloud,
    available: NDArray[np.bool_],
    prices: list[float],
) -> None:
    """Fill in recorded zones, by column: one window of all.

    A zone's price is its mean in the window, or the published one where the file has none.
    """
    needed_s = len(available) * cloud.tick_s
    first_s, last_s = _hours(read, scenario.split, list(names.values()), cloud, needed_s=needed_s)
    start_s = float(stream(scenario.seed, "window").uniform(first_s, last_s - needed_s))
    for column, name in names.items():
        recording = cloud.recordings[name]
        pings = recording.pings(start_s, ticks=len(available), tick_s=cloud.tick_s)
        available[:, column] = recording.available[pings]
        if recording.prices is not None:
            span = recording.prices[pings] if len(recording.prices) > 1 else recording.prices
            prices[column] = math.fsum(span) / len(span)
        elif name in ZONES:
            prices[column] = (ZONES[name].cheapest + ZONES[name].dearest) / 2
        else:
            fault = f"{name!r} has no published price and its file has no prices."
            raise read.wrong("zones", fault)


def _hours(
    read: Parameters, split: Split, names: Sequence[str], cloud: Cloud, *, needed_s: int
) -> tuple[float, float]:
    """Return where the time begins and ends in which a scenario's window lies, seconds.

    The splits share out what all recordings have in common, not only those of the scenario's zones:
    otherwise scenarios with other zones could have other parts, and one's held-out hours be
    another's train hours. Where a job is longer than its split's part, it takes as much of both
    neighbours as it lacks.
    """
    covered_s = common_s([cloud.recordings[name] for name in names])
    if covered_s < needed_s:
        fault = f"the recordings cover {covered_s / HOUR_S:g} h, the job {needed_s / HOUR_S:g} h."
        raise read.wrong("zones", fault)
    first_s, last_s = part_s(cloud.recordings.values(), split)
    missing_s = needed_s - (last_s - first_s)
    if missing_s <= 0:
        return first_s, last_s
    first_s = min(max(first_s - missing_s / 2, 0.0), covered_s - needed_s)
    return first_s, first_s + needed_s
