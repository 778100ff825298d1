"""Packs models by memory and demand: how current placements and first guesses of optima are made.

A placement has no GPU above the pressure T if and only if every GPU's models have
sum(demand + T * size) <= T * memory. So for a given T it is a packing of items of that one size,
which best fit, largest first, does well.
"""

import math

import numpy as np
from numpy.typing import NDArray

from .simulator import Fleet

HALVINGS = 24


def best_fit(
    sizes_gb: NDArray[np.float64],
    demand: NDArray[np.float64],
    fleet: Fleet,
    *,
    pressure: float = math.inf,
) -> NDArray[np.int64] | None:
    """Place each model, largest first, on the fullest GPU that still has room for it.

    Args:
        sizes_gb: shape [models].
        demand: shape [models].
        fleet: the GPUs.
        pressure: what no GPU may exceed; infinite to pack by memory alone.

    Returns:
        GPU of each model, shape [models]; None when a model finds no room.
    """
    items = sizes_gb + demand / pressure
    room_gb = np.full(fleet.gpus, fleet.weights_gb)
    room = np.full(fleet.gpus, fleet.gpu_gb)
    placement = np.zeros(len(sizes_gb), dtype=np.int64)
    for model in np.argsort(-items, kind="stable").tolist():
        fits = (room_gb >= sizes_gb[model]) & (room >= items[model])
        if not fits.any():
            return None
        gpu = int(np.where(fits, room, math.inf).argmin())
        placement[model] = gpu
        room_gb[gpu] -= sizes_gb[model]
        room[gpu] -= items[model]
    return placement


def balanced(
    sizes_gb: NDArray[np.float64], demand: NDArray[np.float64], fleet: Fleet
) -> NDArray[np.int64] | None:
    """Return the placement of the least pressure that best fit finds, by halving an interval.

    Moves cost nothing here.

    Returns:
        GPU of each model, shape [models]; None when they do not even fit into the memory.
    """
    found = best_fit(sizes_gb, demand, fleet)
    low = float(demand.sum()) / (fleet.gpus * fleet.gpu_gb - float(sizes_gb.sum()))
    if found is None or low <= 0.0:
        return found
    high = low * 2.0**10
    for _ in range(HALVINGS):
        middle = math.sqrt(low * high)
        placement = best_fit(sizes_gb, demand, fleet, pressure=middle)
        if placement is None:
            low = middle
        else:
            found, high = placement, middle
    return found
