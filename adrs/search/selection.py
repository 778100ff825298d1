"""Choosing one member out of several.

Only `Random.random` is drawn from: it is the one method whose sequence Python keeps from version
to version.
"""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from itertools import accumulate
from random import Random

from adrs.search.member import Member

Weight = Callable[[str], float]


def even_weight(program_id: str) -> float:  # noqa: ARG001  a `Weight` gets the id
    """Return 1: every program is as likely as any other."""
    return 1.0


def pick_index(rng: Random, count: int) -> int:
    """Return an index below `count`, all equally likely."""
    return min(int(rng.random() * count), count - 1)


def pick(rng: Random, members: Sequence[Member], weight: Weight) -> Member:
    """Return a member, drawn in proportion to the weight of its program's id.

    Args:
        rng: the generator of this one ask.
        members: at least one.
        weight: positive for every id.
    """
    return members[_weighted_index(rng, _cumulated(members, weight))]


def tournament(rng: Random, members: Sequence[Member], weight: Weight, *, size: int) -> Member:
    """Return the best of `size` members drawn with replacement in proportion to their weights.

    The fittest contender wins, among equally fit ones the shorter, among those the first drawn.
    """
    cumulated = _cumulated(members, weight)
    contenders = [members[_weighted_index(rng, cumulated)] for _ in range(size)]
    return max(contenders, key=lambda member: member.merit)


def _cumulated(members: Sequence[Member], weight: Weight) -> list[float]:
    return list(accumulate(weight(member.program.id) for member in members))


def _weighted_index(rng: Random, cumulated: list[float]) -> int:
    last = len(cumulated) - 1
    return min(bisect_right(cumulated, rng.random() * cumulated[-1]), last)
