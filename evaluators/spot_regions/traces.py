"""Reads recorded spot availability in SkyPilot's JSON format (github.com/skypilot-org/spot-traces).

One file is one zone:

    {"metadata": {"gap_seconds": 195}, "data": [1, 1, 0, ...], "prices": [0.918, 0.918, ...]}

`data` holds how many instances could be had at each ping. `prices` ($ per hour, 0.0001 to 1000) is
optional; so are `zone` and `price_info.price` of the metadata, which conversions for multi-region
simulators add. Those conversions count preemptions instead: their `data` is 1 where spot could
*not* be had. The zone's name is the metadata's, else what comes before the first "_" in the file's
name (`us-east-1a_v100_1.json`) or, for a name without one, in its folder's
(`us-east-1a_v100_1/0.json`). Files that are used together begin at the same instant, as the
published ones do.
"""

import json
import math
import reprlib
import sys
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TypeGuard

import numpy as np
from numpy.typing import NDArray

from adrs.core.scenario import Split
from adrs.errors import ProblemError
from adrs.evaluation.parts import part

from .scoring import PRICE_SCALE

_LONGEST_GAP_S = 86_400
_CHEAPEST, _DEAREST = 1 / PRICE_SCALE, 1000.0  # $ per hour, as for `on_demand_price`
_LARGEST = sys.float_info.max


class Meaning(StrEnum):
    """What a trace's `data` counts."""

    AVAILABLE = "available"  # instances that can be had, as published
    PREEMPTED = "preempted"  # 1 where spot cannot be had, as in the leaderboard's conversions


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """One zone, as recorded.

    Attributes:
        gap_s: time from one ping to the next, seconds.
        available: shape [pings], whether spot could be had.
        prices: shape [pings] or [1], $ per hour; None when the file has none.
    """

    gap_s: float
    available: NDArray[np.bool_]
    prices: NDArray[np.float64] | None

    @property
    def length_s(self) -> float:
        """Time that the recording covers, seconds."""
        return len(self.available) * self.gap_s

    def pings(self, start_s: float, *, ticks: int, tick_s: int) -> NDArray[np.int64]:
        """Return the last ping before or at each tick of a window, shape [ticks]."""
        times = start_s + np.arange(ticks) * float(tick_s)
        return np.asarray(times // self.gap_s, dtype=np.int64)


def common_s(recordings: Collection[Recording]) -> float:
    """Return the time that all recordings cover, seconds."""
    return min(recording.length_s for recording in recordings)


def part_s(recordings: Collection[Recording], split: Split) -> tuple[float, float]:
    """Return where a split's part of recordings begins and where it ends, seconds.

    No ping is in the parts of two splits: one that lasts over the end of a part belongs to it, so
    the next part begins after it. Stress, whose values are never compared, has train's part: then
    nothing that is held out is played before the end.
    """
    owner = Split.TRAIN if split is Split.STRESS else split
    first, last = part(owner, math.floor(common_s(recordings)))
    return max(math.ceil(first / one.gap_s) * one.gap_s for one in recordings), float(last)


def read_recordings(places: str, *, meaning: Meaning, instances: int) -> Mapping[str, Recording]:
    """Read every zone's file.

    Args:
        places: a file, a folder (all its *.json), or several of them, separated by commas.
        meaning: what `data` counts.
        instances: how many instances must be there for spot to be available.

    Returns:
        The recordings by their zone's name, in the order of the files.

    Raises:
        ProblemError: a file cannot be read or is not of the format; the text names it.
    """
    found: dict[str, Recording] = {}
    for path in _files(places):
        zone, recording = _read(path, meaning=meaning, instances=instances)
        if zone in found:
            raise ProblemError(f"params: traces: {path}: a second file of zone {zone[:40]!r}.")
        found[zone] = recording
    return found


def _files(places: str) -> list[Path]:
    files: list[Path] = []
    for place in places.split(","):
        path = Path(place.strip())
        if not path.is_dir():
            files.append(path)
            continue
        inside = sorted(path.glob("*.json"))
        if not inside:
            raise ProblemError(f"params: traces: {path}: the folder holds no *.json.")
        files += inside
    return files


def _read(path: Path, *, meaning: Meaning, instances: int) -> tuple[str, Recording]:
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
    except OSError as exc:
        raise ProblemError(f"params: traces: {path}: cannot be read: {exc.strerror}.") from exc
    except (ValueError, RecursionError) as exc:
        raise ProblemError(f"params: traces: {path}: not valid JSON: {exc}.") from exc
    metadata = raw.get("metadata") if isinstance(raw, dict) else None
    if not isinstance(metadata, dict):
        raise ProblemError(
            f'params: traces: {path}: expected an object with "metadata" and "data", as in '
            '{"metadata": {"gap_seconds": 195}, "data": [1, 0]}.'
        )
    gap_s = metadata.get("gap_seconds")
    if not _is_number(gap_s) or not 0 < gap_s <= _LONGEST_GAP_S:
        raise ProblemError(
            f"params: traces: {path}: metadata.gap_seconds: expected seconds up to a day, "
            f"got {reprlib.repr(gap_s)}."
        )
    data = _series(path, "data", raw.get("data"))
    available = data >= instances if meaning is Meaning.AVAILABLE else data == 0
    prices = _prices(path, raw.get("prices"), metadata.get("price_info"), pings=len(data))
    return _zone(path, metadata), Recording(gap_s=float(gap_s), available=available, prices=prices)


def _zone(path: Path, metadata: Mapping[str, object]) -> str:
    named = metadata.get("zone")
    if isinstance(named, str) and named:
        return named
    label = path.stem if "_" in path.stem else path.resolve().parent.name
    return label.partition("_")[0]


def _prices(path: Path, series: object, info: object, *, pings: int) -> NDArray[np.float64] | None:
    if series is not None:
        prices = _series(path, "prices", series)
        if len(prices) != pings:
            raise ProblemError(
                f"params: traces: {path}: prices: expected one per entry of data ({pings}), "
                f"got {len(prices)}."
            )
    elif isinstance(info, dict) and "price" in info:
        prices = _series(path, "metadata.price_info.price", [info["price"]])
    else:
        return None
    wrong = prices[(prices < _CHEAPEST) | (prices > _DEAREST)]
    if len(wrong):
        raise ProblemError(
            f"params: traces: {path}: prices: expected $ per hour from {_CHEAPEST:g} to "
            f"{_DEAREST:g}, got {wrong[0]:g}."
        )
    return prices


def _series(path: Path, name: str, values: object) -> NDArray[np.float64]:
    if not isinstance(values, list) or not values:
        raise ProblemError(f"params: traces: {path}: {name}: expected a list of numbers.")
    for at, value in enumerate(values):
        if not _is_number(value) or value < 0:
            raise ProblemError(
                f"params: traces: {path}: {name}[{at}]: expected a number from 0, got "
                f"{reprlib.repr(value)}."
            )
    return np.array(values, dtype=np.float64)


def _is_number(value: object) -> TypeGuard[int | float]:
    """Tell whether a value is a number that a float can hold; a whole one may be too large."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        return False
    return -_LARGEST <= value <= _LARGEST
