"""Kinds of servers, and clusters made of them.

The kinds are three of the machine classes of the CloudLab testbed of Dodoor (2025), scaled down
to a few cores so that some hundred tasks fill a cluster of eight. Every task fits on every server.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """What one server can do.

    Attributes:
        cores: tasks may hold so many at a time.
        memory_gb: tasks may hold so much at a time.
        speed: 100 for the reference; a task's time is divided by speed / 100.
    """

    cores: int
    memory_gb: int
    speed: int


SMALL = Server(cores=3, memory_gb=12, speed=80)
MEDIUM = Server(cores=4, memory_gb=16, speed=100)
LARGE = Server(cores=6, memory_gb=24, speed=125)
SINGLE = Server(cores=2, memory_gb=8, speed=100)
OLD = Server(cores=4, memory_gb=8, speed=50)
NEW = Server(cores=4, memory_gb=32, speed=200)

CLUSTERS: Mapping[str, tuple[Server, ...]] = MappingProxyType(
    {
        "uniform": (MEDIUM,),
        "mixed": (SMALL, MEDIUM, SMALL, LARGE),
        "skewed": (SMALL, SMALL, SMALL, LARGE),
        "generations": (OLD, NEW, OLD, MEDIUM),
        "tiny": (SINGLE,),
    }
)
"""By name, a pattern that repeats until there are enough servers."""


def cluster_of(name: str, count: int) -> tuple[Server, ...]:
    """Return `count` servers of the pattern `name`, a key of `CLUSTERS`."""
    pattern = CLUSTERS[name]
    return tuple(pattern[i % len(pattern)] for i in range(count))
