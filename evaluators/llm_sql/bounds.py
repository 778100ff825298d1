"""A proven upper bound on the tokens that any plan can hit."""

import numpy as np
from numpy.typing import NDArray

from .table import Table

LARGEST_FOREST = 2048
"""Rows up to which the spanning tree is searched; its time grows with their square."""

_TAKEN = -1


def most_hits(table: Table, capacity: int) -> int:
    """Return an upper bound on the tokens hit by any plan in a cache of `capacity` tokens.

    Large tables get the cheaper and weaker of the two bounds.
    """
    if len(table.cells) > LARGEST_FOREST:
        return min(repeated_tokens(table), capacity * (len(table.cells) - 1))
    return spanning_agreement(table, capacity)


def repeated_tokens(table: Table) -> int:
    """Return the tokens that do not have to be computed because a text begins alike elsewhere.

    Take a column and a non-empty beginning of one of its texts. The first prompt in which this
    column begins so cannot hit the last token of that beginning: a hit needs an earlier prompt that
    is the same up to there. Different beginnings end in different tokens, so there are at least as
    many misses as beginnings. Sorted, each text has as many beginnings of its own as it has tokens
    beyond what it shares with the text before it.
    """
    return table.total_tokens - int((table.tokens - table.shared).sum())


def spanning_agreement(table: Table, capacity: int) -> int:
    """Return the weight of the heaviest spanning tree over the rows, by `agreement`.

    Every prompt but the first gets its hits from the leading tokens of one earlier prompt. They are
    whole fields in which both rows agree and then a part of at most one field in which they
    differ, so their number is at most the two rows' agreement. Joining each row to that earlier one
    makes a tree that spans all rows, and no spanning tree weighs more than the heaviest (found as
    Prim does, 1957). It is the optimum where the orders that the pairs ask for can be had
    together, as on tables of two rows.
    """
    nearest = agreement(table, 0, capacity)
    nearest[0] = _TAKEN
    total = 0
    for _ in range(len(table.cells) - 1):
        row = int(nearest.argmax())
        total += int(nearest[row])
        open_rows = nearest != _TAKEN
        np.maximum(nearest, agreement(table, row, capacity), out=nearest, where=open_rows)
        nearest[row] = _TAKEN
    return total


def agreement(table: Table, row: int, capacity: int) -> NDArray[np.int64]:
    """Return the most tokens with which the prompt of each row and that of `row` can begin alike.

    That is the tokens of all fields in which they agree, the longest common beginning of two texts
    in one of the other fields, and never more than the cache holds. Shape [rows].
    """
    cells, own = table.cells, table.cells[row]
    same = cells == own
    whole = np.where(same, table.tokens[own], 0).sum(axis=1)
    part = np.zeros_like(cells)
    at, column = np.nonzero(~same)
    part[at, column] = table.texts.of(cells[at, column], own[column])
    return np.asarray(np.minimum(whole + part.max(axis=1), capacity))
