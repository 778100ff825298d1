"""Shares recorded data out to the splits, so that what is held out is not what was searched on.

An evaluator that can generate a workload has new ones for every split. One that is given a file or
a recording has only that: without parts, held-out workloads would be largely train's own.
"""

from collections.abc import Mapping
from types import MappingProxyType

from adrs.core.scenario import Split

_PARTS = {
    Split.TRAIN: (0, 40),
    Split.VALIDATION: (40, 60),
    Split.HELDOUT: (60, 80),
    Split.SHIFTED: (80, 100),
}
PARTS: Mapping[Split, tuple[int, int]] = MappingProxyType(_PARTS)
"""Per cent of the data, in its order, from which a split's scenarios are taken.

Stress has none: its values are never compared, so it has no use for data of its own.
"""


def part(split: Split, length: int) -> tuple[int, int]:
    """Return where a split's part of so many rows, pings or seconds begins and where it ends.

    The end is the first place after it, and the beginning of the next split's part.
    """
    first, last = PARTS[split]
    return length * first // 100, length * last // 100
