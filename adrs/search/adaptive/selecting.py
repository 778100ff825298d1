"""Choosing a parent by its place among others and by what became of its children."""

from collections.abc import Sequence
from random import Random

from adrs.search.member import Member
from adrs.search.selection import Weight, pick, pick_index

POWER = 1.5
UNIFORM = 0.1


def pick_ranked(rng: Random, ranked: Sequence[Member], weight: Weight) -> Member:
    """Return a member, drawn in proportion to weight / rank ** 1.5.

    Rank 1 is the best, so a score's scale does not matter (the power law of ShinkaEvolve: Lange et
    al., arXiv 2509.19349). One draw in ten is uniform, so that nothing is given up.

    Args:
        rng: the generator of this one ask.
        ranked: at least one, the best last.
        weight: further factor by program id.
    """
    if rng.random() < UNIFORM:
        return ranked[pick_index(rng, len(ranked))]
    count = len(ranked)
    factor = {
        member.program.id: weight(member.program.id) / (count - place) ** POWER
        for place, member in enumerate(ranked)
    }
    return pick(rng, ranked, factor.__getitem__)


def by_merit(members: Sequence[Member]) -> Sequence[Member]:
    """Return the members, the best last."""
    return sorted(members, key=lambda member: member.merit)
