"""Synthetic tables: facts joined with what they refer to, skewed categories, long texts.

A table is the join of relations along foreign keys, as an analyst's query returns it: every fact
refers to a member of each joined relation, that member perhaps to one of a further relation. So a
member's fields are functionally dependent on one another and come as often as the member is
referred to, which is Zipf-distributed. Fields are texts of their own (a title, a review) or drawn
from a few categories, also Zipf-distributed; texts may begin with common stems (paths, dates) and
may be missing. Columns come in random order and rows in the order in which the facts were drawn.

One character of a generated text is one token. Texts' lengths are log-normal. Four kinds have the
shape of tables of the published benchmark (Liu et al., MLSys 2025): reviews of its movies, posts of
BIRD, scores of PDMX, sales of its products and beer reviews; none of its data is used.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from adrs.simulation.distributions import lognormal
from adrs.simulation.streams import stream

from .table import Table, encode

_VOCABULARY = range(0x4E00, 0x9E00)  # the characters that stand for tokens
_OPENERS = 40  # tokens with which free texts begin
_FREE_TEXT = 4  # tokens from which a text is no mere name or number
_SPREAD = 0.5  # standard deviation of a text's length over its mean


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A column of a relation.

    Attributes:
        tokens: mean length of its texts.
        values: number of categories that it is drawn from; 0 for a text of each member's own.
        stems: number of stems that its texts begin with; 0 for none.
        missing: part of the members that have no text.
    """

    tokens: int
    values: int = 0
    stems: int = 0
    missing: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """Members with fields, and the relations that they refer to.

    Attributes:
        fields: its columns.
        joins: the relations that each member refers to a member of.
        each: members of the referring relation to one of this, on average over those there are.
    """

    fields: tuple[Field, ...]
    joins: tuple["Relation", ...] = ()
    each: float = 1.0


_FLAG = Field(tokens=1, values=2)
_DATE = Field(tokens=4, stems=12)
_KINDS = {
    "reviews": Relation(
        fields=(
            Field(tokens=45),
            Field(tokens=2, values=10),
            _FLAG,
            _DATE,
        ),
        joins=(
            Relation(
                fields=(
                    Field(tokens=6),
                    Field(tokens=60),
                    Field(tokens=9, stems=1),
                    Field(tokens=3, values=12),
                ),
                each=8,
            ),
            Relation(
                fields=(Field(tokens=3), Field(tokens=28)),
                joins=(Relation(fields=(Field(tokens=4),), each=3),),
                each=4,
            ),
        ),
    ),
    "posts": Relation(
        fields=(Field(tokens=25), Field(tokens=1, values=6), _DATE),
        joins=(
            Relation(
                fields=(
                    Field(tokens=110),
                    Field(tokens=8),
                    Field(tokens=5, values=20),
                ),
                joins=(Relation(fields=(Field(tokens=3), Field(tokens=14)), each=2),),
                each=5,
            ),
            Relation(
                fields=(Field(tokens=3), Field(tokens=18, missing=0.4)),
                each=3,
            ),
        ),
    ),
    "scores": Relation(
        fields=(
            Field(tokens=12, stems=6),
            Field(tokens=14, stems=6),
            Field(tokens=7, missing=0.2),
            Field(tokens=3, values=40, missing=0.3),
            Field(tokens=2, values=5),
            _FLAG,
            _FLAG,
            _FLAG,
        ),
        joins=(
            Relation(fields=(_FLAG, _FLAG, _FLAG, Field(tokens=4, values=4)), each=30),
            Relation(fields=(Field(tokens=5), Field(tokens=6, values=8)), each=6),
        ),
    ),
    "sales": Relation(
        fields=(Field(tokens=1, values=8), _DATE, Field(tokens=10, missing=0.6)),
        joins=(
            Relation(
                fields=(Field(tokens=7), Field(tokens=30), Field(tokens=2, values=15)),
                joins=(Relation(fields=(Field(tokens=3), Field(tokens=8)), each=3),),
                each=4,
            ),
            Relation(
                fields=(Field(tokens=4), Field(tokens=12)),
                joins=(Relation(fields=(Field(tokens=2), Field(tokens=3)), each=5),),
                each=4,
            ),
            Relation(fields=(Field(tokens=3), Field(tokens=22)), each=12),
        ),
    ),
    "events": Relation(
        fields=(
            Field(tokens=30, stems=15),
            Field(tokens=8),
            Field(tokens=1, values=4),
            Field(tokens=5, stems=3),
            Field(tokens=40, values=25, missing=0.7),
        ),
        joins=(
            Relation(
                fields=(Field(tokens=4, stems=4), Field(tokens=3)),
                joins=(
                    Relation(
                        fields=(Field(tokens=3),),
                        joins=(Relation(fields=(Field(tokens=3), Field(tokens=20)), each=6),),
                        each=4,
                    ),
                ),
                each=5,
            ),
            Relation(fields=(Field(tokens=4), Field(tokens=2, values=5)), each=10),
        ),
    ),
    "catalogue": Relation(
        fields=(
            Field(tokens=2, values=30),
            Field(tokens=3, values=12, missing=0.2),
            Field(tokens=4, values=60),
            Field(tokens=1, values=3),
            Field(tokens=12, values=80),
            Field(tokens=20, values=40, missing=0.3),
        ),
        joins=(
            Relation(
                fields=(Field(tokens=8, stems=10), Field(tokens=50)),
                joins=(Relation(fields=(Field(tokens=2), Field(tokens=16)), each=4),),
                each=3,
            ),
        ),
    ),
}
KINDS: Mapping[str, Relation] = MappingProxyType(_KINDS)


def generate(kind: Relation, *, rows: int, skew: float, seed: int) -> Table:
    """Return the table of a seed.

    Args:
        kind: the facts and what they refer to.
        rows: number of facts, at least 1.
        skew: Zipf exponent of references and categories, at least 0; 0 is uniform.
        seed: keys every draw.
    """
    columns = _Draws(seed, skew).columns(kind, rows, np.arange(rows), "facts")
    order = stream(seed, "columns").permutation(len(columns))
    return encode([columns[at] for at in order])


class _Draws:
    """Draws the columns of a join, every relation and field from a stream of its own."""

    def __init__(self, seed: int, skew: float) -> None:
        self._seed = seed
        self._skew = skew

    def columns(
        self, relation: Relation, members: int, owners: NDArray[np.int64], name: str
    ) -> list[list[str]]:
        """Return the columns of a relation and of all that it refers to.

        Args:
            relation: the relation.
            members: how many members it has.
            owners: the member that each row of the table refers to.
            name: names the streams.
        """
        columns = []
        for number, field in enumerate(relation.fields):
            texts = self._field(field, members, f"{name}/field {number}")
            columns.append([texts[owner] for owner in owners.tolist()])
        for number, joined in enumerate(relation.joins):
            path = f"{name}/{number}"
            size = max(1, round(members / joined.each))
            chosen = self._zipf(members, size, stream(self._seed, path))
            columns += self.columns(joined, size, chosen[owners], path)
        return columns

    def _field(self, field: Field, members: int, name: str) -> list[str]:
        rng = stream(self._seed, name)
        if field.values:
            categories = _texts(rng, field, field.values)
            drawn = self._zipf(members, field.values, rng)
            texts = [categories[at] for at in drawn.tolist()]
        else:
            texts = _texts(rng, field, members)
        lacking = (rng.random(members) < field.missing).tolist()
        return ["" if gone else text for gone, text in zip(lacking, texts, strict=True)]

    def _zipf(self, count: int, size: int, rng: np.random.Generator) -> NDArray[np.int64]:
        """Draw from 0..size-1, the chance of k in proportion to (k + 1) ** -skew."""
        upto = np.cumsum(np.arange(1, size + 1, dtype=np.float64) ** -self._skew)
        drawn = np.searchsorted(upto, rng.random(count) * upto[-1], side="right")
        return np.asarray(np.minimum(drawn, size - 1))


def _texts(rng: np.random.Generator, field: Field, count: int) -> list[str]:
    """Return `count` texts, all but surely different from one another if longer than a token."""
    lengths = lognormal(
        rng, count=count, mean=field.tokens, sd=_SPREAD * field.tokens, minimum=1
    ).tolist()
    bodies = [_written(rng, length) for length in lengths]
    if field.stems:
        stems = [_written(rng, max(1, field.tokens * 2 // 3)) for _ in range(field.stems)]
        drawn = rng.integers(field.stems, size=count).tolist()
        return [
            stems[at] + body[: max(1, len(body) // 3)]
            for at, body in zip(drawn, bodies, strict=True)
        ]
    openers = rng.integers(_OPENERS, size=count).tolist()
    return [
        text if len(text) < _FREE_TEXT else chr(_VOCABULARY[at]) + text[1:]
        for at, text in zip(openers, bodies, strict=True)
    ]


def _written(rng: np.random.Generator, length: int) -> str:
    codes = rng.integers(_VOCABULARY.start, _VOCABULARY.stop, size=length, dtype="<u4")
    return codes.tobytes().decode("utf-32-le")
