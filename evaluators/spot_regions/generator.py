"""Makes a scenario's workload: the job, its zones with their prices, and when spot is available."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from adrs.core.scenario import Scenario
from adrs.errors import ProblemError
from adrs.simulation.streams import stream

from .availability import correlated
from .interface import MAX_ZONES
from .scoring import HOUR_S, PRICE_SCALE
from .traces import Recording
from .zones import SHAPE_PRICE, SHAPES, ZONES, region_of

_RANGES: Mapping[str, tuple[float, float]] = {
    "job_h": (0.0, 1000.0),
    "slack_h": (0.0, 1000.0),
    "overhead_h": (0.0, 1000.0),
    "checkpoint_gb": (0.0, 100_000.0),
    "egress": (0.0, 10.0),
}
_NAMES = (*sorted((*_RANGES, "prices", "zones")),)


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
    numbers = _numbers(scenario)
    names = _zone_names(scenario)
    work_s = round(numbers["job_h"] * HOUR_S)
    if work_s < 1:
        raise _wrong(scenario, "job_h", f"{numbers['job_h']!r} h is too short.")
    overhead_s = round(numbers["overhead_h"] * HOUR_S)
    deadline_s = work_s + round(numbers["slack_h"] * HOUR_S)
    tick_s = cloud.tick_s
    if math.ceil((work_s + overhead_s) / tick_s) > deadline_s // tick_s:
        raise _wrong(
            scenario,
            "slack_h",
            f"{numbers['slack_h']!r} h is too little: even on-demand from the start, in ticks of "
            f"{tick_s} s, would miss the deadline.",
        )
    market = _market(scenario, names, cloud, ticks=deadline_s // tick_s)
    regions = list(dict.fromkeys(region_of(name) for name in names))
    return Workload(
        work_s=work_s,
        deadline_s=deadline_s,
        overhead_s=overhead_s,
        tick_s=tick_s,
        move_s=round(numbers["checkpoint_gb"] * cloud.copy_s_per_gb),
        move_units=round(numbers["checkpoint_gb"] * numbers["egress"] * PRICE_SCALE) * HOUR_S,
        on_demand=cloud.on_demand,
        prices=market.prices,
        regions=tuple(regions.index(region_of(name)) for name in names),
        available=market.available,
    )


def _wrong(scenario: Scenario, name: str, fault: str) -> ProblemError:
    return ProblemError(f"scenario {scenario.id}: parameter {name}: {fault}")


def _numbers(scenario: Scenario) -> dict[str, float]:
    for name in sorted({*scenario.params, *_NAMES}):
        if name not in scenario.params or name not in _NAMES:
            fault = "missing" if name in _NAMES else "unknown"
            has = f"{fault}; a spot_regions scenario has {', '.join(_NAMES)}."
            raise _wrong(scenario, name, has)
    numbers: dict[str, float] = {}
    for name, (least, most) in _RANGES.items():
        value = scenario.params[name]
        if isinstance(value, str) or not least <= value <= most:
            fault = f"expected a number from {least:g} to {most:g}, got {value!r}."
            raise _wrong(scenario, name, fault)
        numbers[name] = value
    return numbers


def _zone_names(scenario: Scenario) -> tuple[str, ...]:
    names = str(scenario.params["zones"]).split()
    if not 1 <= len(names) <= MAX_ZONES:
        fault = f"expected 1 to {MAX_ZONES} names, got {len(names)}."
        raise _wrong(scenario, "zones", fault)
    order = stream(scenario.seed, "order").permutation(len(names))
    return tuple(names[at] for at in order)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Market:
    """Prices by zone, and availability, shape [ticks, zones]."""

    prices: tuple[int, ...]
    available: NDArray[np.bool_]


def _market(scenario: Scenario, names: Sequence[str], cloud: Cloud, *, ticks: int) -> _Market:
    known = (*(cloud.recordings or ZONES), *SHAPES)
    for name in names:
        if name not in known:
            fault = f"no zone is called {name!r}; there are {', '.join(known)}."
            raise _wrong(scenario, "zones", fault)
    available = np.zeros((ticks, len(names)), dtype=np.bool_)
    prices = [SHAPE_PRICE] * len(names)
    for column, name in enumerate(names):
        if name in SHAPES:
            available[:, column] = SHAPES[name](ticks)
    natural = [column for column, name in enumerate(names) if name not in SHAPES]
    fill = _recorded if cloud.recordings else _generated
    fill(scenario, {column: names[column] for column in natural}, cloud, available, prices)
    try:
        pricing = Pricing(str(scenario.params["prices"]))
    except ValueError as exc:
        fault = f"expected {' or '.join(Pricing)}, got {scenario.params['prices']!r}."
        raise _wrong(scenario, "prices", fault) from exc
    if pricing is Pricing.DEALT:
        deal = stream(scenario.seed, "deal").permutation(len(prices))
        prices = [prices[at] for at in deal]
    return _Market(prices=tuple(round(p * PRICE_SCALE) for p in prices), available=available)


def _generated(
    scenario: Scenario,
    names: Mapping[int, str],
    cloud: Cloud,
    available: NDArray[np.bool_],
    prices: list[float],
) -> None:
    """Fill in generated zones, by column; a price is drawn once for the whole job."""
    if not names:
        return
    zones = [(name, ZONES[name]) for name in names.values()]
    available[:, list(names)] = correlated(
        zones, seed=scenario.seed, ticks=len(available), tick_s=cloud.tick_s
    )
    for column, (name, zone) in zip(names, zones, strict=True):
        draw = stream(scenario.seed, f"price/{name}").uniform(zone.cheapest, zone.dearest)
        prices[column] = float(draw)


def _recorded(
    scenario: Scenario,
    names: Mapping[int, str],
    cloud: Cloud,
    available: NDArray[np.bool_],
    prices: list[float],
) -> None:
    """Fill in recorded zones, by column: one window of all, at a place drawn from the seed.

    A zone's price is its mean in the window, or the published one where the file has none.
    """
    if not names:
        return
    needed_s = len(available) * cloud.tick_s
    covered_s = min(cloud.recordings[name].length_s for name in names.values())
    if covered_s < needed_s:
        fault = f"the recordings cover {covered_s / HOUR_S:g} h, the job {needed_s / HOUR_S:g} h."
        raise _wrong(scenario, "zones", fault)
    start_s = float(stream(scenario.seed, "window").uniform(0.0, covered_s - needed_s))
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
            fault = f"{name} has no published price and its file has no prices."
            raise _wrong(scenario, "zones", fault)
