"""The least pressure that any placement of a few models has, by search over sets of models.

Every set of models that a GPU could hold is a bit mask; its pressure there is known, so which sets
fit within a pressure T is a comparison. GPUs are then given sets one after another until no model
is left. Cut off are sets that waste too much: what all bins hold together, in the sizes a_i of
`relaxation`, is the same for every placement, so what they leave empty is as well.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .packing import balanced
from .relaxation import Items, least_pressure

MODELS = 18  # masks are enumerated: at most 2 ** 18 of them
MASKS = 2**18  # over all GPUs that differ from one another
STEPS = 20_000  # sets tried for one pressure before the search gives up
GAP = 1e-3  # relative; the interval is halved down to this before the last proof
ROUNDING = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """A value that no placement goes below.

    Attributes:
        value: the pressure.
        exact: whether some placement reaches it.
    """

    value: float
    exact: bool


def proven_least(items: Items) -> Bound:
    """Return the least pressure where it can be found, else a relaxation's."""
    low = least_pressure(items)
    count = len(items.demand)
    alike = not items.growth.any()
    if low == 0.0:
        return Bound(value=0.0, exact=True)
    if count > MODELS or 2**count * (1 if alike else items.fleet.gpus) > MASKS:
        return Bound(value=low, exact=False)
    return _between(_Sets.of(items, alike=alike), low, _reached(items))


def _reached(items: Items) -> float:
    """Return a pressure that some placement is known to have, infinite if none is known."""
    sizes, fleet = items.sizes_gb, items.fleet
    placement = balanced(sizes, items.demand + items.growth, fleet)
    if placement is None:
        return np.inf
    load = np.bincount(placement, weights=items.demand + items.growth, minlength=fleet.gpus)
    used = np.bincount(placement, weights=sizes, minlength=fleet.gpus)
    return float((load / (fleet.gpu_gb - used)).max())


def _between(sets: "_Sets", low: float, high: float) -> Bound:
    """Narrow the interval in which the least pressure lies until only its upper end is left."""
    while True:
        narrow = high <= low * (1.0 + GAP)
        middle = float(np.nextafter(high, 0.0)) if narrow else min(0.5 * (low + high), 2.0 * low)
        search = _Search(sets, middle)
        found = search.run()
        if search.exhausted:
            return Bound(value=low, exact=False)
        if found is not None:
            high = found
        elif narrow:
            return Bound(value=high, exact=True)
        else:
            low = middle


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Sets:
    """Demand, size and pressure of every set of models.

    Attributes:
        items: the models.
        demand: demand of the set's models if none moves, shape [masks].
        sizes_gb: shape [masks].
        pressure: of the set on each GPU, infinite where memory does not suffice, shape
            [kinds, masks]; one row if all GPUs are alike.
    """

    items: Items
    demand: NDArray[np.float64]
    sizes_gb: NDArray[np.float64]
    pressure: NDArray[np.float64]

    @classmethod
    def of(cls, items: Items, *, alike: bool) -> "_Sets":
        fleet = items.fleet
        sizes = _sums(items.sizes_gb)
        kinds = range(1) if alike else range(fleet.gpus)
        rows = [
            _sums(items.demand + np.where(items.current == gpu, 0.0, items.growth)) for gpu in kinds
        ]
        free = np.where(sizes <= fleet.weights_gb, fleet.gpu_gb - sizes, np.nan)
        pressure = np.nan_to_num(np.array(rows) / free, nan=np.inf)
        return cls(items=items, demand=_sums(items.demand), sizes_gb=sizes, pressure=pressure)


def _sums(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the sum of the values in every set, shape [2 ** len(values)]."""
    sums = np.zeros(1)
    for value in values:
        sums = np.concatenate((sums, sums + value))
    return sums


class _Search:
    """Looks for a placement within one pressure."""

    def __init__(self, sets: _Sets, pressure: float) -> None:
        """Keep, for each GPU, the sets that fit and do not waste too much, the fullest first."""
        fleet = sets.items.fleet
        self._sets = sets
        self._gpus = fleet.gpus
        self._alike = len(sets.pressure) == 1
        self._waste = 1.0 - (sets.demand / pressure + sets.sizes_gb) / fleet.gpu_gb
        self._spare = fleet.gpus - float(1.0 - self._waste[-1]) + ROUNDING
        fits = (sets.pressure <= pressure) & (self._waste <= self._spare)
        order = np.argsort(self._waste, kind="stable")
        self._choices = [order[row[order]] for row in fits]
        self._fits = fits
        self._failed: set[tuple[int, int]] = set()
        self._by_lowest: dict[int, NDArray[np.int64]] = {}
        self._steps = 0

    @property
    def exhausted(self) -> bool:
        """Whether the search gave up before it knew."""
        return self._steps > STEPS

    def run(self) -> float | None:
        """Return the largest pressure of a placement within the limit; None if there is none."""
        return self._fill(0, len(self._waste) - 1, self._spare)

    def _fill(self, gpu: int, left: int, spare: float) -> float | None:
        """Place the models of the mask `left` on the GPUs from `gpu` on."""
        if left == 0:
            return 0.0
        if gpu == self._gpus or (gpu, left) in self._failed:
            return None
        row = 0 if self._alike else gpu
        if gpu == self._gpus - 1:
            return float(self._sets.pressure[row, left]) if self._fits[row, left] else None
        choices = self._choices_for(row, left)
        for chosen in choices[(choices & ~left) == 0].tolist():
            self._steps += 1
            rest = spare - float(self._waste[chosen])
            if rest < 0.0 or self.exhausted:
                break
            found = self._fill(gpu + 1, left & ~chosen, rest)
            if found is not None:
                return max(found, float(self._sets.pressure[row, chosen]))
        self._failed.add((gpu, left))
        return None

    def _choices_for(self, row: int, left: int) -> NDArray[np.int64]:
        """Return the sets to try; on GPUs that are all alike only those with the first model."""
        choices: NDArray[np.int64] = self._choices[row]
        if not self._alike:
            return choices
        lowest = left & -left
        if lowest not in self._by_lowest:
            self._by_lowest[lowest] = choices[(choices & -choices) == lowest]
        return self._by_lowest[lowest]
