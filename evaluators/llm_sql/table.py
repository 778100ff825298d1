"""A table as a planner sees it: numbers that stand for texts, and the texts' lengths in tokens."""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .prefixes import SharedPrefixes


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Table:
    """Cells, the texts they hold, and which columns follow from which.

    Values are numbered column by column, and in the order of their texts within a column. Cells of
    one column hold the same text exactly if they hold the same value; cells of different columns
    never hold the same value, as a cell is sent with its field's name.

    Attributes:
        cells: value in each cell, int64, shape [rows, columns], read-only.
        tokens: length of each value's text in tokens, int64, shape [values], read-only.
        shared: leading tokens that a value's text has in common with that of the value before it
            (value - 1), 0 for the first value of a column; int64, shape [values], read-only.
        determines: 1 at [a, b] where rows that agree in column a always agree in column b, else 0;
            int64, shape [columns, columns], read-only.
        row_tokens: tokens of each row, int64, shape [rows], read-only.
        texts: how many leading tokens the texts of any two values have in common.
    """

    cells: NDArray[np.int64]
    tokens: NDArray[np.int64]
    shared: NDArray[np.int64]
    determines: NDArray[np.int64]
    row_tokens: NDArray[np.int64]
    texts: SharedPrefixes

    @property
    def total_tokens(self) -> int:
        """Tokens of the whole table."""
        return int(self.row_tokens.sum())


def encode(columns: Sequence[Sequence[str]], *, chars_per_token: int = 1) -> Table:
    """Return the table of some columns of texts.

    A text's tokens are its runs of `chars_per_token` characters, the last one perhaps shorter.

    Args:
        columns: the texts of each column, row by row; at least one column and one row, all columns
            of the same length.
        chars_per_token: characters in a token.
    """
    cells: list[list[int]] = []
    tokens: list[int] = []
    shared: list[int] = []
    for column in columns:
        texts = sorted(set(column))
        number = {text: len(tokens) + i for i, text in enumerate(texts)}
        cells.append([number[text] for text in column])
        tokens += [-(-len(text) // chars_per_token) for text in texts]
        shared += [length // chars_per_token for length in _common_with_the_one_before(texts)]
    table = np.array(cells, dtype=np.int64).T.copy()
    lengths = np.array(tokens, dtype=np.int64)
    neighbours = np.array(shared, dtype=np.int64)
    return Table(
        cells=_frozen(table),
        tokens=_frozen(lengths),
        shared=_frozen(neighbours),
        determines=_frozen(_determines(table)),
        row_tokens=_frozen(lengths[table].sum(axis=1)),
        texts=SharedPrefixes(neighbours),
    )


def _frozen(array: NDArray[np.int64]) -> NDArray[np.int64]:
    array.flags.writeable = False
    return array


def _common_with_the_one_before(texts: Sequence[str]) -> Iterator[int]:
    yield 0
    for before, text in itertools.pairwise(texts):
        alike = min(len(before), len(text))
        yield next((i for i in range(alike) if before[i] != text[i]), alike)


def _determines(cells: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return which columns are a function of which in the rows there are."""
    columns = cells.shape[1]
    found = np.empty((columns, columns), dtype=np.int64)
    for column in range(columns):
        ordered = cells[np.argsort(cells[:, column], kind="stable")]
        changes = ordered[1:] != ordered[:-1]
        found[column] = ~changes[~changes[:, column]].any(axis=0)
    return found
