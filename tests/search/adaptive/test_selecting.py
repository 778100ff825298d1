from collections import Counter
from collections.abc import Callable
from random import Random

import pytest

from adrs.search.adaptive.selecting import UNIFORM, by_merit, pick_ranked
from adrs.search.member import Member
from adrs.search.selection import even_weight


def _shares(ranked: list[Member], weight: Callable[[str], float]) -> list[float]:
    draws = Counter(pick_ranked(Random(i), ranked, weight).program.id for i in range(5_000))
    return [draws[member.program.id] / 5_000 for member in ranked]


def test_the_best_is_drawn_most_and_none_is_given_up(scored: Callable[..., Member]) -> None:
    ranked = by_merit([scored(float(score)) for score in (3, 1, 2, 4)])
    assert [member.fitness for member in ranked] == [-4.0, -3.0, -2.0, -1.0]
    shares = _shares(list(ranked), even_weight)
    assert shares == sorted(shares)
    assert shares[-1] > 2 * shares[-2]
    assert shares[0] > UNIFORM / 4


def test_failed_children_take_the_best_ones_place(scored: Callable[..., Member]) -> None:
    ranked = list(by_merit([scored(float(score)) for score in (3, 1, 2)]))
    tired = ranked[-1].program.id
    shares = _shares(ranked, lambda program_id: 1 / 30 if program_id == tired else 1.0)
    assert shares[-2] == max(shares)
    assert shares[-1] == min(shares)


def test_a_single_member_is_always_drawn(scored: Callable[..., Member]) -> None:
    member = scored(1.0)
    assert _shares([member], even_weight) == pytest.approx([1.0])
