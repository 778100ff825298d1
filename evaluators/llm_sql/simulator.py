"""A prefix cache that serves the rows of a table, prompt by prompt.

A prompt is the texts of a row's fields in the order that the plan gives them. The cache is a tree
of tokens: a token of a prompt is a hit if the cache holds it behind the very same tokens, so the
hits of a prompt are a prefix of it (Liu et al., "Optimizing LLM Queries in Relational Data
Analytics Workloads", MLSys 2025, section 3). A field's text ends it: nothing is shared behind the
first field in which two prompts differ, except the leading tokens of that field's own texts where
it is the same field.

After a prompt has been served all of its tokens are in the cache. Where the cache is full, the
tokens that were used longest ago are evicted first, and of those that were used last by the same
prompt the ones farthest from its start, as vLLM does with its blocks.
"""

import numpy as np
from numpy.typing import NDArray

from .prefixes import SharedPrefixes
from .table import Table


class Prompts:
    """The prompts of a plan in the order in which they are sent.

    Args:
        table: the table.
        rows: row sent at each place, shape [rows].
        fields: order of the columns in each prompt, shape [rows, columns].
    """

    def __init__(self, table: Table, rows: NDArray[np.int64], fields: NDArray[np.int64]) -> None:
        sequences = np.take_along_axis(table.cells[rows], fields, axis=1)
        order = np.lexsort(sequences.T[::-1])
        self._lengths = table.row_tokens[rows]
        self._neighbours = _common_with_the_one_before(table, sequences[order])
        self._places = np.empty_like(order)
        self._places[order] = np.arange(len(order))
        self._alike = SharedPrefixes(self._neighbours)

    def hits_without_eviction(self) -> int:
        """Return the tokens that a cache of any size would hit, whatever the order of the rows.

        What is not hit is the tree of all prompts; in sorted order each prompt adds to it what it
        does not share with the one before.
        """
        return int(self._neighbours.sum())

    def hits_on_the_prompt_before(self) -> int:
        """Return the tokens that each prompt shares with the one sent just before it, in all."""
        return int(self._alike.of(self._places[:-1], self._places[1:]).sum())

    def hits(self, capacity: int) -> int:
        """Return the tokens hit in a cache that holds `capacity` tokens."""
        tree = int(self._lengths.sum()) - self.hits_without_eviction()
        if tree <= capacity:
            return self.hits_without_eviction()
        return int(self._evicting(capacity).sum())

    def _evicting(self, capacity: int) -> NDArray[np.int64]:
        """Return the tokens of each prompt that a cache of limited size hits.

        Of the prompts sent before prompt r, look at t = r - lag. The tokens used after t are those
        of the prompts t+1 to r-1, each token of the tree once: `newer` in number. Prompt t has its
        first `renewed` tokens among them, and used the further ones last; in the order of eviction
        its token at depth d > renewed comes after newer + d - renewed others, itself included. So
        the cache holds the first capacity - newer + renewed tokens of t, and r hits those of them
        that it shares. Going back from lag to lag, `newer` grows; from the capacity on, t has
        nothing in the cache that a later prompt does not have as well.
        """
        lengths, places = self._lengths, self._places
        hits = np.zeros(len(lengths), dtype=np.int64)
        newer = np.zeros(len(lengths) - 1, dtype=np.int64)
        renewed = np.zeros_like(newer)
        for lag in range(1, len(lengths)):
            alike = self._alike.of(places[lag:], places[:-lag])
            held = np.minimum(alike, capacity - newer + renewed)
            np.maximum(hits[lag:], held, out=hits[lag:])
            if (newer >= capacity).all():
                break
            newer = (newer + lengths[: len(newer)] - renewed)[1:]
            renewed = np.maximum(renewed, alike)[:-1]
        return hits


def _common_with_the_one_before(table: Table, sequences: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return how many leading tokens each of the sorted prompts shares with the one before it."""
    shared = np.zeros(len(sequences), dtype=np.int64)
    if len(sequences) == 1:
        return shared
    before, after = sequences[:-1], sequences[1:]
    differ = before != after
    unlike = differ.any(axis=1)
    first = differ.argmax(axis=1)
    upto = np.cumsum(table.tokens[after], axis=1)
    shared[1:] = upto[:, -1]
    at = np.flatnonzero(unlike)
    place = first[at]
    head = upto[at, place] - table.tokens[after[at, place]]
    shared[1 + at] = head + table.texts.of(before[at, place], after[at, place])
    return shared
