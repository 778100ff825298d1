"""The linear assignment problem, exactly, in whole numbers."""

import numpy as np
from numpy.typing import NDArray

_FAR = 2**60
_NOBODY = -1


def least_assignment(cost: NDArray[np.int64]) -> int:
    """Return the least sum of n entries of a square matrix, one in each row and column.

    Shortest augmenting paths (Jonker and Volgenant, Computing 38, 1987), after the rows' and
    columns' minima have been taken off. What is returned is the sum of the dual prices, which for
    any prices with u_i + v_j <= cost_ij is a lower bound, and here, at the end, the least sum.

    Args:
        cost: int64 [n, n], at least one row, entries of at most 2**40 in size.
    """
    return _Prices(cost).settle()


class _Prices:
    """Dual prices of rows and columns, and who is assigned to whom so far."""

    def __init__(self, cost: NDArray[np.int64]) -> None:
        self._cost = cost
        self._rows = cost.min(axis=1)
        self._columns = (cost - self._rows[:, None]).min(axis=0)
        self._row_of = np.full(len(cost), _NOBODY, dtype=np.int64)
        self._column_of = np.full(len(cost), _NOBODY, dtype=np.int64)

    def settle(self) -> int:
        """Assign every row; return the sum of the prices."""
        self._take_free()
        for row in np.flatnonzero(self._column_of == _NOBODY).tolist():
            self._augment(row)
        return int(self._rows.sum() + self._columns.sum())

    def _take_free(self) -> None:
        """Give each row a column that costs no more than both prices, where one is left."""
        tight = self._cost == self._rows[:, None] + self._columns[None, :]
        for row in range(len(tight)):
            columns = np.flatnonzero(tight[row] & (self._row_of == _NOBODY))
            if len(columns):
                self._row_of[columns[0]] = row
                self._column_of[row] = columns[0]

    def _augment(self, start: int) -> None:
        """Assign one more row along a path of least reduced cost."""
        size = len(self._cost)
        distance = np.full(size, _FAR, dtype=np.int64)
        open_ = np.ones(size, dtype=np.bool_)
        before = np.full(size, start, dtype=np.int64)
        row, column, reached = start, _NOBODY, 0
        settled: list[int] = []
        while row != _NOBODY:
            through = reached + self._cost[row] - self._rows[row] - self._columns
            nearer = open_ & (through < distance)
            distance[nearer] = through[nearer]
            before[nearer] = row
            column = int(np.where(open_, distance, _FAR + 1).argmin())
            reached = int(distance[column])
            open_[column] = False
            settled.append(column)
            row = int(self._row_of[column])
        gain = reached - distance[settled]
        self._columns[settled] -= gain
        self._rows[self._row_of[settled[:-1]]] += gain[:-1]
        self._rows[start] += reached
        while column != _NOBODY:
            row = int(before[column])
            self._row_of[column] = row
            self._column_of[row], column = column, int(self._column_of[row])
