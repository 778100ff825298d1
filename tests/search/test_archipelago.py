from collections.abc import Callable

import pytest

from adrs.search.archipelago import Archipelago
from adrs.search.member import Member
from adrs.search.settings import IslandsPlan


def _archipelago(
    *, islands: int = 4, migration_every: int = 0, reset_every: int = 0, seed: int = 1
) -> Archipelago:
    plan = IslandsPlan(
        islands=islands, bins=2, migration_every=migration_every, reset_every=reset_every
    )
    return Archipelago(plan=plan, capacity=5, seed=seed)


def _bests(archipelago: Archipelago) -> list[float]:
    return [archipelago.island(i).best.fitness for i in range(len(archipelago))]


def test_first_member_settles_every_island(make_member: Callable[..., Member]) -> None:
    archipelago = _archipelago()
    first = make_member(1.0)
    archipelago.tell(0, first)
    assert all(archipelago.island(i).best is first for i in range(4))


def test_later_members_stay_on_the_island_of_their_number(
    make_member: Callable[..., Member],
) -> None:
    archipelago = _archipelago()
    archipelago.tell(0, make_member(5.0))
    archipelago.tell(6, make_member(1.0))
    assert _bests(archipelago) == [-5.0, -5.0, -1.0, -5.0]
    assert archipelago.island(2) not in archipelago.others(6)
    assert len(archipelago.others(6)) == 3


def test_migration_copies_each_best_one_island_on(make_member: Callable[..., Member]) -> None:
    archipelago = _archipelago(migration_every=3)
    archipelago.tell(0, make_member(5.0))
    archipelago.tell(1, make_member(1.0))
    archipelago.tell(2, None)  # the third told trial, a failure, triggers it
    assert _bests(archipelago) == [-5.0, -1.0, -1.0, -5.0]


@pytest.mark.parametrize("islands", [1, 2, 3, 4, 7])
def test_reset_founds_the_weaker_half_anew_and_keeps_the_best(
    make_member: Callable[..., Member], islands: int
) -> None:
    archipelago = _archipelago(islands=islands, reset_every=islands + 1)
    archipelago.tell(0, make_member(50.0))
    members = [make_member(float(i + 1)) for i in range(islands)]
    for number, member in enumerate(members, start=islands):
        archipelago.tell(number, member)
    weaker = islands // 2
    assert archipelago.island(0).best is members[0]
    sizes = [len(archipelago.island(i)) for i in range(islands)]
    assert sizes == [2] * (islands - weaker) + [1] * weaker
    stronger = members[: islands - weaker]
    assert all(archipelago.island(i).best in stronger for i in range(islands))


def test_founders_follow_the_seed(make_member: Callable[..., Member]) -> None:
    members = [make_member(float(i + 1)) for i in range(8)]
    founders = set()
    for seed in range(10):
        archipelago = _archipelago(islands=8, reset_every=9, seed=seed)
        archipelago.tell(0, make_member(50.0))
        for number, member in enumerate(members, start=8):
            archipelago.tell(number, member)
        founders.add(tuple(_bests(archipelago)))
    assert len(founders) > 5


def test_failures_before_the_first_member_do_no_harm(make_member: Callable[..., Member]) -> None:
    archipelago = _archipelago(migration_every=1, reset_every=1)
    archipelago.tell(1, None)
    archipelago.tell(2, make_member(1.0))
    assert _bests(archipelago) == [-1.0] * 4
