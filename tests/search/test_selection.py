from collections import Counter
from collections.abc import Callable
from random import Random

import pytest

from adrs.search.member import Member
from adrs.search.selection import even_weight, pick, pick_index, tournament


def test_pick_index_covers_its_range_evenly() -> None:
    rng = Random(1)
    counts = Counter(pick_index(rng, 4) for _ in range(4_000))
    assert sorted(counts) == [0, 1, 2, 3]
    assert min(counts.values()) > 850


def test_pick_follows_the_weights(make_member: Callable[..., Member]) -> None:
    members = [make_member(1.0) for _ in range(3)]
    weights = dict(zip((m.program.id for m in members), (1.0, 3.0, 6.0), strict=True))
    rng = Random(2)
    counts = Counter(pick(rng, members, weights.__getitem__).program.id for _ in range(10_000))
    for program_id, weight in weights.items():
        assert counts[program_id] / 10_000 == pytest.approx(weight / 10, abs=0.02)


def test_tournament_prefers_the_fitter_in_proportion_to_its_size(
    make_member: Callable[..., Member],
) -> None:
    members = [make_member(float(score)) for score in range(10)]
    best = members[0]

    def wins(size: int) -> int:
        rng = Random(3)
        return sum(tournament(rng, members, even_weight, size=size) is best for _ in range(4_000))

    for size in (1, 3, 6):
        assert wins(size) / 4_000 == pytest.approx(1 - 0.9**size, abs=0.03)


def test_tournament_prefers_the_shorter_of_equals(make_member: Callable[..., Member]) -> None:
    long, short = make_member(1.0, source="x = 1 + 1\n"), make_member(1.0, source="x = 2\n")
    rng = Random(4)
    winners = [tournament(rng, [long, short], even_weight, size=12) for _ in range(200)]
    assert winners.count(short) > 195


def test_light_members_seldom_enter_a_tournament(make_member: Callable[..., Member]) -> None:
    best, other = make_member(1.0), make_member(2.0)
    rng = Random(5)

    def weight(program_id: str) -> float:
        return 0.01 if program_id == best.program.id else 1.0

    winners = [tournament(rng, [best, other], weight, size=3) for _ in range(500)]
    assert winners.count(other) > 450
