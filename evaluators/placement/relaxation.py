"""Proofs that no placement stays within a given pressure, and the largest pressure so excluded.

Write w_i for a model's demand at the scored rates, s_i for its size, M for a GPU's memory and c for
the cost of moves. If a placement keeps every GPU within the pressure T, the models on each GPU have
sum(w'_i + T s_i) <= T M, where w'_i is w_i for a model that stays and w_i (1 + c s_i) for one that
moved. Divided by T: items of size a_i = w_i / T + s_i, or more where they moved, are packed into
bins of size M. Excluding that excludes every smaller T too, since items only grow.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .simulator import UNPLACED, Fleet, Workload, demands

PRECISION = 1e-6  # relative, of the interval that is halved
SLACK = 1e-12  # relative; what rounding may add to a sum


@dataclass(frozen=True, slots=True, kw_only=True)
class Items:
    """The models as a clairvoyant sees them.

    Attributes:
        fleet: the GPUs.
        sizes_gb: shape [models].
        demand: demand of a model that stays, at the scored rates, shape [models].
        growth: demand added by a move, shape [models].
        current: GPU now, shape [models].
    """

    fleet: Fleet
    sizes_gb: NDArray[np.float64]
    demand: NDArray[np.float64]
    growth: NDArray[np.float64]
    current: NDArray[np.int64]


def items_of(workload: Workload) -> Items:
    """Return the models of an instance at the rates that are scored."""
    demand = demands(workload.future, workload)
    placed = workload.current != UNPLACED
    growth = np.where(placed, workload.fleet.move_cost * workload.sizes_gb * demand, 0.0)
    return Items(
        fleet=workload.fleet,
        sizes_gb=workload.sizes_gb,
        demand=demand,
        growth=growth,
        current=workload.current,
    )


def least_pressure(items: Items) -> float:
    """Return a pressure that no placement can go below; 0 where there is no demand.

    It starts from two closed forms, the demand of all models over all memory that weights leave,
    and each model's pressure alone on a GPU, and raises them by halving an interval as long as
    `excluded` has a proof.
    """
    fleet = items.fleet
    free_gb = fleet.gpus * fleet.gpu_gb - float(items.sizes_gb.sum())
    low = max(
        float(items.demand.sum()) / free_gb,
        float((items.demand / (fleet.gpu_gb - items.sizes_gb)).max()),
    )
    if low == 0.0:
        return 0.0
    high = low
    while excluded(items, high):
        low, high = high, 2.0 * high
    while high > low * (1.0 + PRECISION):
        middle = 0.5 * (low + high)
        if excluded(items, middle):
            low = middle
        else:
            high = middle
    return low


def excluded(items: Items, pressure: float) -> bool:
    """Tell whether it is proven that some GPU must exceed a pressure above 0."""
    gpus = items.fleet.gpus
    bound = max(_with_moves(items, pressure), _whole_items(items, pressure))
    return bound > gpus * (1.0 + SLACK)


def _with_moves(items: Items, pressure: float) -> float:
    """Return GPUs' worth of memory that every placement within the pressure takes at least.

    A GPU on which the items that are there now have sum(a_i) > M must lose models with at least
    sum(a_i) - M between them, and each that leaves adds growth_i / T to the total. The cheapest way
    to lose so much is the fractional knapsack: models in the order of growth_i / T / a_i, the last
    one in part. No placement moves for less, as it moves whole models.
    """
    fleet = items.fleet
    sizes = items.demand / pressure + items.sizes_gb
    total = float(sizes.sum())
    if not items.growth.any():
        return total / fleet.gpu_gb
    price = items.growth / pressure / sizes
    order = np.lexsort((price, items.current))
    gpu, sizes = items.current[order], sizes[order]
    load = np.bincount(gpu, weights=sizes, minlength=fleet.gpus)
    before = np.concatenate(([0.0], np.cumsum(load)))[gpu]
    upto = np.cumsum(sizes) - before
    leaving = np.clip(load[gpu] - fleet.gpu_gb - (upto - sizes), 0.0, sizes)
    return (total + float((leaving * price[order]).sum())) / fleet.gpu_gb


def _whole_items(items: Items, pressure: float) -> float:
    """Return a lower bound on the bins that the items need, moved or not, since none is divided.

    The bound L2 of Martello and Toth (Knapsack Problems, 1990, chapter 8) as dual feasible
    functions: for any 0 <= t <= 1/2, items above 1 - t need a bin each, items below t are left out,
    and the sum of what remains cannot exceed the number of bins.
    """
    sizes = (items.demand / pressure + items.sizes_gb) / items.fleet.gpu_gb
    # The sum changes only where t passes an item's size or what it leaves of a bin.
    beside = np.minimum(1.0 - sizes[(sizes > 0.5) & (sizes <= 1.0)] + SLACK, 0.5)
    cuts = np.concatenate((sizes[sizes <= 0.5], beside, [0.5]))[:, None]
    counted = np.where(sizes > 1.0 - cuts, 1.0, np.where(sizes >= cuts, sizes, 0.0))
    return float(counted.sum(axis=1).max())
