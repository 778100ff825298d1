"""The zones there are: their regions, prices, and how often spot can be had in them.

Availability and prices are those of a V100 instance (p3.2xlarge) in nine AWS zones from February to
April 2023, as published with "Can't Be Late" (Wu et al., NSDI 2024) and used, in windows of 60
hours, by the multi-region problem of the ADRS leaderboard.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

_CLOUD_NAME = re.compile(r"(?P<region>[a-z]+-[a-z]+(-[a-z]+)*-?\d+)-?[a-z]")
SHAPE_PRICE = 0.9731


@dataclass(frozen=True, slots=True, kw_only=True)
class Zone:
    """Constants of one availability zone.

    Attributes:
        availability: mean share of the time in which spot can be had, above 0 and below 1.
        flutter: variance of what makes spot come and go within minutes, where all that is slower
            has 1; it sets how many runs there are.
        cheapest: lowest spot price, $ per hour.
        dearest: highest spot price, $ per hour.
    """

    availability: float
    flutter: float
    cheapest: float
    dearest: float


ZONES: Mapping[str, Zone] = MappingProxyType(
    {
        "us-east-1a": Zone(availability=0.185, flutter=0.13, cheapest=1.55, dearest=1.81),
        "us-east-1c": Zone(availability=0.468, flutter=0.095, cheapest=1.20, dearest=1.30),
        "us-east-1d": Zone(availability=0.477, flutter=0.065, cheapest=1.15, dearest=1.26),
        "us-east-1f": Zone(availability=0.615, flutter=0.06, cheapest=1.17, dearest=1.29),
        "us-east-2a": Zone(availability=0.752, flutter=0.023, cheapest=0.918, dearest=0.94),
        "us-east-2b": Zone(availability=0.676, flutter=0.018, cheapest=0.918, dearest=0.94),
        "us-west-2a": Zone(availability=0.913, flutter=0.078, cheapest=0.92, dearest=1.00),
        "us-west-2b": Zone(availability=0.932, flutter=0.037, cheapest=0.92, dearest=1.01),
        "us-west-2c": Zone(availability=0.922, flutter=0.075, cheapest=0.92, dearest=1.00),
    }
)


def _never(ticks: int) -> NDArray[np.bool_]:
    return np.zeros(ticks, dtype=np.bool_)


def _always(ticks: int) -> NDArray[np.bool_]:
    return np.ones(ticks, dtype=np.bool_)


def _even(ticks: int) -> NDArray[np.bool_]:
    return np.equal(np.arange(ticks) % 2, 0)


def _odd(ticks: int) -> NDArray[np.bool_]:
    return ~_even(ticks)


SHAPES: Mapping[str, Callable[[int], NDArray[np.bool_]]] = MappingProxyType(
    {"never": _never, "always": _always, "even": _even, "odd": _odd}
)
"""Artificial zones for checks of validity, each a region of its own, all of one price."""


def region_of(zone: str) -> str:
    """Return the region of a zone: "us-east-1a" is in us-east-1, "us-east1-b" in us-east1.

    A name of neither form is a region of its own.
    """
    match = _CLOUD_NAME.fullmatch(zone)
    return match["region"] if match else zone
