"""The family's parameters: named stress cases, and the reading of settings and scenarios."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

from adrs.core.scenario import Scalar, Scenario
from adrs.errors import ProblemError

from .generator import EVERY_CLOUD, Setting
from .grid import Grid, read_grid
from .tariffs import CLOUDS

MAX_DESTINATIONS = 10  # the bound's time grows with 3 to this power
MAX_REGIONS = 512
MAX_STRIPES = 1024
STRESS_KEY = "stress"
KEYS = ("cloud", "regions", "destinations", "jitter", "slack", "volume_gb", "stripes")
SETTINGS = ("prices", "throughputs", "home_vms", "away_vms", "vm_usd_per_h")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The evaluator's parameters, the same for every scenario.

    Attributes:
        prices: CSV file of prices; empty for generated ones. See `grid` for both formats.
        throughputs: CSV file of throughputs; given with `prices` or not at all.
        home_vms: most machines in the source and in a destination.
        away_vms: most machines in any other region.
        vm_usd_per_h: what one machine costs.
    """

    prices: str
    throughputs: str
    home_vms: int
    away_vms: int
    vm_usd_per_h: float

    def grid(self) -> Grid | None:
        """Read the files, if there are any.

        Raises:
            ProblemError: they cannot be read.
        """
        if not self.prices:
            return None
        return read_grid(Path(self.prices), Path(self.throughputs))


def read_settings(params: Mapping[str, Scalar]) -> Settings:
    """Parse the evaluator's parameters.

    Raises:
        ProblemError: one is missing, unknown or out of range.
    """
    where = "cloudcast params"
    _check_keys(params, SETTINGS, where)
    prices, throughputs = (_text(params, key, where) for key in ("prices", "throughputs"))
    if bool(prices) != bool(throughputs):
        raise ProblemError(f"{where}: prices and throughputs: give both files, or none.")
    return Settings(
        prices=prices,
        throughputs=throughputs,
        home_vms=_integer(params, "home_vms", where, least=1, most=1024),
        away_vms=_integer(params, "away_vms", where, least=1, most=1024),
        vm_usd_per_h=_number(params, "vm_usd_per_h", where),
    )


def read_scenario(scenario: Scenario, settings: Settings) -> Setting:
    """Parse a scenario's parameters: either `stress` alone, or all of `KEYS`.

    Raises:
        ProblemError: one is missing, unknown or out of range.
    """
    params, where = scenario.params, f"scenario {scenario.id}"
    if STRESS_KEY in params:
        _check_keys(params, (STRESS_KEY,), where)
        case = STRESS[_name(params, STRESS_KEY, where, tuple(STRESS))]
        return replace(case, vm_usd_per_h=settings.vm_usd_per_h)
    _check_keys(params, KEYS, where)
    slack = _number(params, "slack", where)
    if slack < 1.0:
        raise ProblemError(f"{where}.slack: expected at least 1, got {slack}.")
    ends = _integer(params, "destinations", where, least=1, most=MAX_DESTINATIONS)
    return Setting(
        cloud=_name(params, "cloud", where, (*CLOUDS, EVERY_CLOUD)),
        regions=_integer(params, "regions", where, least=ends + 1, most=MAX_REGIONS),
        destinations=ends,
        jitter=_number(params, "jitter", where),
        slack=slack,
        volume_gb=_number(params, "volume_gb", where),
        stripes=_integer(params, "stripes", where, least=1, most=MAX_STRIPES),
        home_vms=settings.home_vms,
        away_vms=settings.away_vms,
        vm_usd_per_h=settings.vm_usd_per_h,
    )


_USUAL = Setting(
    cloud=EVERY_CLOUD,
    regions=20,
    destinations=5,
    jitter=0.3,
    slack=1.2,
    volume_gb=300.0,
    stripes=10,
    home_vms=4,
    away_vms=2,
    vm_usd_per_h=0.0,
)
_STRESS = {
    "one_destination": replace(_USUAL, destinations=1),
    "two_regions": replace(_USUAL, regions=2, destinations=1),
    "no_relays": replace(_USUAL, regions=6),
    "one_stripe": replace(_USUAL, stripes=1),
    "many_stripes": replace(_USUAL, stripes=64, regions=12),
    "many_destinations": replace(_USUAL, destinations=10),
    "no_data": replace(_USUAL, volume_gb=0.0),
    "list_prices": replace(_USUAL, cloud="aws", jitter=0.0),  # most are equal
    "no_slack": replace(_USUAL, slack=1.0),
    "no_hurry": replace(_USUAL, slack=1000.0),
    "one_machine": replace(_USUAL, home_vms=1, away_vms=1),
    "few_links": replace(_USUAL, missing=0.7),
    "times_four": replace(_USUAL, regions=96, destinations=8, stripes=40),
}
STRESS: Mapping[str, Setting] = MappingProxyType(_STRESS)


def _check_keys(params: Mapping[str, Scalar], keys: tuple[str, ...], where: str) -> None:
    for key in params:
        if key not in keys:
            raise ProblemError(f"{where}: unknown parameter '{key}'; there are {', '.join(keys)}.")
    for key in keys:
        if key not in params:
            raise ProblemError(f"{where}: parameter '{key}' is missing.")


def _text(params: Mapping[str, Scalar], key: str, where: str) -> str:
    value = params[key]
    if not isinstance(value, str):
        raise ProblemError(f"{where}.{key}: expected the path of a file, got {value!r}.")
    return value


def _name(params: Mapping[str, Scalar], key: str, where: str, known: tuple[str, ...]) -> str:
    value = params[key]
    if not isinstance(value, str) or value not in known:
        raise ProblemError(f"{where}.{key}: expected one of {', '.join(known)}, got {value!r}.")
    return value


def _number(params: Mapping[str, Scalar], key: str, where: str) -> float:
    value = params[key]
    if isinstance(value, str) or not 0.0 <= value < float("inf"):
        raise ProblemError(f"{where}.{key}: expected a number of at least 0, got {value!r}.")
    return float(value)


def _integer(params: Mapping[str, Scalar], key: str, where: str, *, least: int, most: int) -> int:
    value = params[key]
    if not isinstance(value, int) or not least <= value <= most:
        raise ProblemError(
            f"{where}.{key}: expected a whole number from {least} to {most}, got {value!r}."
        )
    return value
