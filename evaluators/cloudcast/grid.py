"""What links between regions cost and carry: read from files in the public formats.

The formats are those of Skyplane's broadcast profiles, which Cloudcast was evaluated on and which
the public benchmarks use:

- prices: CSV with the columns `src`, `dest` and `cost` ($ per GB);
- throughputs: CSV with the columns `src_region`, `dst_region` and `throughput_sent` (bit/s of one
  machine to one machine; 0 where there is no link, else more than `LEAST_BPS`).

Further columns are passed over, but for these: where there are tiers (`src_tier`, `dst_tier` or
`dest_tier`), rows of other tiers than PREMIUM are left out, and so are measurements whose `success`
is not true. A region is written "cloud:region"; rows of clouds whose limits are not known are left
out. Of several rows for one pair the last counts, and pairs that are not in both files are no
links, as for the published loader.
"""

import csv
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from adrs.errors import ProblemError

from .tariffs import CLOUDS

TIER_COLUMNS = ("src_tier", "dst_tier", "dest_tier")
PREMIUM = "PREMIUM"
BITS_PER_GBIT = 1e9
RATE_DIGITS = 3  # of Gbit/s, to which rates are rounded
LEAST_BPS = BITS_PER_GBIT / 10**RATE_DIGITS / 2  # rounds to 0, as if there were no link
_SHOWN = 40  # characters of what a file says that an error repeats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Grid:
    """Regions and the links between them, for one machine in each.

    Attributes:
        names: the regions, such as "aws:us-east-1", sorted.
        price: $ per GB, shape [regions, regions]; infinite where there is no link.
        rate: Gbit/s, shape [regions, regions]; 0 where there is no link.
    """

    names: tuple[str, ...]
    price: NDArray[np.float64]
    rate: NDArray[np.float64]


def read_grid(prices: Path, throughputs: Path) -> Grid:
    """Read both files.

    Raises:
        ProblemError: one cannot be read, lacks a column, or has a value that makes no sense; the
            text names file, line and column.
    """
    cost = _pairs(prices, "src", "dest", "cost", _number)
    speed = _pairs(throughputs, "src_region", "dst_region", "throughput_sent", _speed)
    links = sorted(pair for pair in cost.keys() & speed.keys() if speed[pair] > 0.0)
    if not links:
        raise ProblemError(
            f"{prices} and {throughputs}: no pair of regions has a price and a rate."
        )
    names = tuple(sorted({name for pair in links for name in pair}))
    place = {name: at for at, name in enumerate(names)}
    price = np.full((len(names), len(names)), np.inf)
    rate = np.zeros((len(names), len(names)))
    for sender, receiver in links:
        at = place[sender], place[receiver]
        price[at] = cost[sender, receiver]
        rate[at] = speed[sender, receiver] / BITS_PER_GBIT
    return Grid(names=names, price=price, rate=rate)


def cloud_of(region: str) -> str:
    """Return the cloud that a region's name begins with."""
    return region.partition(":")[0]


def _pairs(
    path: Path, sender: str, receiver: str, value: str, read: Callable[[str, str], float]
) -> Mapping[tuple[str, str], float]:
    """Return a file's values by pair of regions, those of a region with itself left out."""
    found: dict[tuple[str, str], float] = {}
    for line, row in _rows(path, (sender, receiver, value)):
        pair = row[sender], row[receiver]
        for name in pair:
            if not all(name.partition(":")):
                raise ProblemError(
                    f"{path}, line {line}: {name[:_SHOWN]!r} is no region; expected "
                    "'cloud:region', such as 'aws:us-east-1'."
                )
        if pair[0] != pair[1] and all(cloud_of(name) in CLOUDS for name in pair):
            found[pair] = read(row[value], f"{path}, line {line}, column {value}")
    return found


def _rows(path: Path, needed: tuple[str, ...]) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Yield a file's rows that count, with their line numbers."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, restval="")
            columns = reader.fieldnames or []
            for name in needed:
                if name not in columns:
                    there = ", ".join(repr(other[:_SHOWN]) for other in columns) or "none"
                    raise ProblemError(f"{path}: column '{name}' is missing; there are: {there}.")
            for row in reader:
                if _counts(row):
                    yield reader.line_num, row
    except (OSError, UnicodeDecodeError, csv.Error) as exc:
        raise ProblemError(f"{path}: cannot be read as CSV: {exc}") from exc


def _counts(row: Mapping[str, str]) -> bool:
    """Tell whether a row is a measurement that succeeded, or a price, of the premium tier."""
    if row.get("success", "True").strip().lower() not in ("true", "1"):
        return False
    return all(row.get(column, PREMIUM).upper() in ("", PREMIUM) for column in TIER_COLUMNS)


def _number(text: str, where: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0.0 <= value < math.inf:
        raise ProblemError(f"{where}: expected a number of at least 0, got {text[:_SHOWN]!r}.")
    return value


def _speed(text: str, where: str) -> float:
    value = _number(text, where)
    if 0.0 < value <= LEAST_BPS:
        raise ProblemError(
            f"{where}: expected bit/s, 0 or above {LEAST_BPS:.0f}, got {text[:_SHOWN]!r}. Convert "
            "other units, leave out slower links."
        )
    return value
