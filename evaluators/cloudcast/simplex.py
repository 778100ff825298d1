"""A small dense linear program: what the bound's restricted problems need, and no more."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

MAX_PIVOTS = 400
EPSILON = 1e-11


@dataclass(frozen=True, slots=True, kw_only=True)
class Optimum:
    """Where the simplex method stopped.

    Attributes:
        value: the objective there.
        duals: what one unit more of each limit is worth, shape [rows]; at least 0 at an optimum.
    """

    value: float
    duals: NDArray[np.float64]


def maximise(
    profit: NDArray[np.float64], rows: NDArray[np.float64], limits: NDArray[np.float64]
) -> Optimum:
    """Maximise profit·z over z >= 0 with rows·z <= limits, by Dantzig's simplex method.

    The origin must be feasible. The method stops after `MAX_PIVOTS` pivots at the latest, so that a
    cycle cannot hang it; whoever uses the duals must not rely on their being optimal.

    Args:
        profit: shape [columns].
        rows: shape [rows, columns].
        limits: shape [rows], none negative.
    """
    count, columns = rows.shape
    table = np.zeros((count + 1, columns + count + 1))
    table[:count, :columns] = rows
    table[:count, columns:-1] = np.eye(count)
    table[:count, -1] = limits
    table[count, :columns] = -profit
    for _ in range(MAX_PIVOTS):
        enters = int(table[-1, :-1].argmin())
        if table[-1, enters] >= -EPSILON:
            break
        column = table[:-1, enters]
        ratios = np.where(column > EPSILON, table[:-1, -1], np.inf)
        ratios = ratios / np.where(column > EPSILON, column, 1.0)
        leaves = int(ratios.argmin())
        if not np.isfinite(ratios[leaves]):
            break  # unbounded; the duals so far are what there is
        _pivot(table, leaves, enters)
    return Optimum(value=float(table[-1, -1]), duals=table[-1, columns:-1].copy())


def _pivot(table: NDArray[np.float64], leaves: int, enters: int) -> None:
    """Make column `enters` basic in row `leaves`."""
    table[leaves] /= table[leaves, enters]
    factors = table[:, enters].copy()
    factors[leaves] = 0.0
    table -= np.outer(factors, table[leaves])
