"""The family's parameters: named stress cases, and the reading of settings and scenarios."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

from adrs.core.scenario import Scalar, Scenario
from adrs.errors import ProblemError
from adrs.evaluation.parameters import Parameters

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
    read = Parameters(params, "cloudcast params", SETTINGS)
    files = [read.text(key, "the path of a file") for key in ("prices", "throughputs")]
    if bool(files[0]) != bool(files[1]):
        raise ProblemError(
            f"cloudcast params: prices is {files[0]!r} and throughputs {files[1]!r}: give both "
            "files, or none."
        )
    return Settings(
        prices=files[0],
        throughputs=files[1],
        home_vms=read.whole("home_vms", least=1, most=1024),
        away_vms=read.whole("away_vms", least=1, most=1024),
        vm_usd_per_h=read.number("vm_usd_per_h"),
    )


def read_scenario(scenario: Scenario, settings: Settings) -> Setting:
    """Parse a scenario's parameters: either `stress` alone, or all of `KEYS`.

    Raises:
        ProblemError: one is missing, unknown or out of range.
    """
    if STRESS_KEY in scenario.params:
        stress = Parameters.of_scenario(scenario, (STRESS_KEY,))
        case = STRESS[stress.choice(STRESS_KEY, STRESS)]
        return replace(case, vm_usd_per_h=settings.vm_usd_per_h)
    read = Parameters.of_scenario(scenario, KEYS)
    ends = read.whole("destinations", least=1, most=MAX_DESTINATIONS)
    return Setting(
        cloud=read.choice("cloud", (*CLOUDS, EVERY_CLOUD)),
        regions=read.whole("regions", least=ends + 1, most=MAX_REGIONS),
        destinations=ends,
        jitter=read.number("jitter"),
        slack=read.number("slack", least=1.0),
        volume_gb=read.number("volume_gb"),
        stripes=read.whole("stripes", least=1, most=MAX_STRIPES),
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
