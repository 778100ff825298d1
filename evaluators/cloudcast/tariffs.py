"""The published price lists of three clouds, and the throughput measured between their regions.

Regions, prices and throughput statistics are those of the grid that Cloudcast was evaluated on
(Wooders et al., NSDI 2024; the `cost.csv` and `throughput.csv` of Skyplane's broadcast profiles,
71 regions, 4,970 pairs, November 2022). Prices come from a few tariffs, which are written down here
and give back every price of that grid; of throughputs only the statistics are kept.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

CLOUDS = ("aws", "azure", "gcp")
# Gbit/s that one machine can send and receive; the clouds' own limits, as in the published tasks.
EGRESS_GBPS: Mapping[str, float] = MappingProxyType({"aws": 5.0, "azure": 16.0, "gcp": 7.0})
INGRESS_GBPS: Mapping[str, float] = MappingProxyType({"aws": 10.0, "azure": 16.0, "gcp": 16.0})
SLOW_GBPS = (0.17, 0.64)  # the range of 15 of the 600 links from AWS to GCP


class Area(StrEnum):
    """The parts of the world that price lists know."""

    AMERICA = "north america"
    EUROPE = "europe"
    ASIA = "asia"
    OCEANIA = "oceania"
    LATIN = "south america"
    GULF = "middle east"
    AFRICA = "africa"


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """A region of a cloud, and what it charges by default.

    Attributes:
        name: such as "aws:us-east-1".
        area: where it is.
        inside: $ per GB to other regions of the same cloud, where no rule says otherwise.
        outside: $ per GB to other clouds, where no rule says otherwise.
    """

    name: str
    area: Area
    inside: float
    outside: float

    @property
    def cloud(self) -> str:
        """The cloud's name."""
        return self.name.partition(":")[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Speed:
    """Throughput of one machine to one machine, Gbit/s: log-normal, cut off at both ends.

    Attributes:
        median: the median.
        spread: standard deviation of the logarithm.
        low: the least measured.
        high: the most measured.
        slow: part of the links that are broken in some way and much slower, as in `SLOW_GBPS`.
    """

    median: float
    spread: float
    low: float
    high: float
    slow: float = 0.0


def _regions(cloud: str, area: Area, inside: float, outside: float, names: str) -> list[Region]:
    return [
        Region(name=f"{cloud}:{name}", area=area, inside=inside, outside=outside)
        for name in names.split()
    ]


REGIONS: tuple[Region, ...] = (
    *_regions("aws", Area.AMERICA, 0.02, 0.09, "us-east-1 us-east-2 us-west-1 us-west-2"),
    *_regions("aws", Area.AMERICA, 0.02, 0.09, "ca-central-1"),
    *_regions("aws", Area.EUROPE, 0.02, 0.09, "eu-central-1 eu-central-2 eu-north-1 eu-south-1"),
    *_regions("aws", Area.EUROPE, 0.02, 0.09, "eu-south-2 eu-west-1 eu-west-2 eu-west-3"),
    *_regions("aws", Area.ASIA, 0.09, 0.12, "ap-east-1 ap-southeast-1"),
    *_regions("aws", Area.ASIA, 0.09, 0.114, "ap-northeast-1 ap-northeast-3"),
    *_regions("aws", Area.ASIA, 0.08, 0.126, "ap-northeast-2"),
    *_regions("aws", Area.ASIA, 0.086, 0.1093, "ap-south-1"),
    *_regions("aws", Area.ASIA, 0.1, 0.132, "ap-southeast-3"),
    *_regions("aws", Area.OCEANIA, 0.098, 0.114, "ap-southeast-2"),
    *_regions("aws", Area.GULF, 0.085, 0.11, "me-central-1"),
    *_regions("aws", Area.GULF, 0.1105, 0.117, "me-south-1"),
    *_regions("aws", Area.LATIN, 0.138, 0.15, "sa-east-1"),
    *_regions("aws", Area.AFRICA, 0.147, 0.154, "af-south-1"),
    *_regions("azure", Area.AMERICA, 0.05, 0.0875, "eastus eastus2 northcentralus southcentralus"),
    *_regions("azure", Area.AMERICA, 0.05, 0.0875, "westus westus2 canadacentral"),
    *_regions("azure", Area.EUROPE, 0.05, 0.0875, "germanywestcentral northeurope norwayeast"),
    *_regions("azure", Area.EUROPE, 0.05, 0.0875, "swedencentral switzerlandnorth uksouth"),
    *_regions("azure", Area.EUROPE, 0.05, 0.0875, "westeurope"),
    *_regions("azure", Area.ASIA, 0.08, 0.12, "centralindia eastasia koreacentral"),
    *_regions("azure", Area.OCEANIA, 0.08, 0.12, "australiaeast"),
    *_regions("azure", Area.GULF, 0.08, 0.12, "qatarcentral uaenorth"),
    *_regions("azure", Area.AFRICA, 0.08, 0.12, "southafricanorth"),
    *_regions("azure", Area.LATIN, 0.16, 0.181, "brazilsouth"),
    *_regions("gcp", Area.AMERICA, 0.08, 0.12, "us-central1-a us-east1-b us-east4-a us-west1-a"),
    *_regions("gcp", Area.AMERICA, 0.08, 0.12, "us-west4-a"),
    *_regions("gcp", Area.EUROPE, 0.08, 0.12, "europe-north1-a europe-west1-b europe-west2-a"),
    *_regions("gcp", Area.EUROPE, 0.08, 0.12, "europe-west3-a europe-west4-a europe-west6-a"),
    *_regions("gcp", Area.ASIA, 0.08, 0.12, "asia-east1-a asia-east2-a asia-south1-a"),
    *_regions("gcp", Area.ASIA, 0.08, 0.12, "asia-south2-a"),
    *_regions("gcp", Area.ASIA, 0.08, 0.14, "asia-northeast2-a"),
    *_regions("gcp", Area.ASIA, 0.08, 0.147, "asia-northeast3-a"),
    *_regions("gcp", Area.ASIA, 0.08, 0.19, "asia-southeast1-a"),
    *_regions("gcp", Area.ASIA, 0.15, 0.14, "asia-southeast2-a"),
    *_regions("gcp", Area.OCEANIA, 0.15, 0.19, "australia-southeast1-a australia-southeast2-a"),
    *_regions("gcp", Area.GULF, 0.08, 0.12, "me-west1-a"),
    *_regions("gcp", Area.LATIN, 0.08, 0.12, "southamerica-east1-a southamerica-west1-a"),
)

_NEIGHBOURS = frozenset({"aws:us-east-1", "aws:us-east-2"})
_NEIGHBOUR_PRICE = 0.01
# Prices within a cloud where both regions are in one area.
_WITHIN: Mapping[tuple[str, Area], float] = MappingProxyType(
    {
        ("azure", Area.AMERICA): 0.02,
        ("azure", Area.EUROPE): 0.02,
        ("gcp", Area.AMERICA): 0.01,
        ("gcp", Area.EUROPE): 0.02,
        ("gcp", Area.ASIA): 0.05,
        ("gcp", Area.OCEANIA): 0.08,
    }
)
_GCP_FAR = 0.15  # inside GCP to a region whose own traffic costs as much
_GCP_TO_OCEANIA = 0.19  # from GCP to another cloud's region there

# By cloud of the sender, cloud of the receiver, and whether both are in one area.
_SPEEDS: Mapping[tuple[str, str, bool], Speed] = MappingProxyType(
    {
        ("aws", "aws", True): Speed(median=5.01, spread=0.022, low=4.81, high=5.32),
        ("aws", "aws", False): Speed(median=4.97, spread=0.056, low=3.79, high=5.45),
        ("aws", "azure", True): Speed(median=5.02, spread=0.024, low=4.85, high=5.43),
        ("aws", "azure", False): Speed(median=5.10, spread=0.041, low=4.21, high=5.67),
        ("aws", "gcp", True): Speed(median=5.06, spread=0.03, low=4.6, high=5.6, slow=0.025),
        ("aws", "gcp", False): Speed(median=5.16, spread=0.05, low=4.3, high=5.6, slow=0.025),
        ("azure", "aws", True): Speed(median=9.06, spread=0.29, low=2.84, high=9.7),
        ("azure", "aws", False): Speed(median=3.08, spread=0.51, low=0.68, high=8.58),
        ("azure", "azure", True): Speed(median=17.7, spread=0.147, low=15.6, high=26.9),
        ("azure", "azure", False): Speed(median=13.9, spread=0.253, low=4.23, high=27.7),
        ("azure", "gcp", True): Speed(median=14.7, spread=0.211, low=7.56, high=33.7),
        ("azure", "gcp", False): Speed(median=6.20, spread=0.573, low=0.23, high=14.9),
        ("gcp", "aws", True): Speed(median=7.23, spread=0.04, low=6.37, high=8.42),
        ("gcp", "aws", False): Speed(median=6.15, spread=0.286, low=1.55, high=8.3),
        ("gcp", "azure", True): Speed(median=7.46, spread=0.048, low=6.04, high=8.7),
        ("gcp", "azure", False): Speed(median=8.35, spread=0.125, low=4.73, high=9.06),
        ("gcp", "gcp", True): Speed(median=32.1, spread=0.124, low=18.2, high=33.2),
        ("gcp", "gcp", False): Speed(median=21.1, spread=0.32, low=3.65, high=32.8),
    }
)


def price(sender: Region, receiver: Region) -> float:
    """Return the published price from one region to another, $ per GB."""
    if sender.cloud != receiver.cloud:
        if sender.cloud == "gcp" and receiver.area is Area.OCEANIA:
            return _GCP_TO_OCEANIA
        return sender.outside
    if {sender.name, receiver.name} == _NEIGHBOURS:
        return _NEIGHBOUR_PRICE
    if sender.area is receiver.area:
        return _WITHIN.get((sender.cloud, sender.area), sender.inside)
    if sender.cloud == "gcp" and receiver.inside == _GCP_FAR:
        return _GCP_FAR
    return sender.inside


def speed(sender: Region, receiver: Region) -> Speed:
    """Return how fast one machine of a region sends to one machine of another."""
    return _SPEEDS[sender.cloud, receiver.cloud, sender.area is receiver.area]
