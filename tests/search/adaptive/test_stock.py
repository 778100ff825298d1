from collections.abc import Callable
from random import Random

import pytest

from adrs.core.objective import Objective
from adrs.search.adaptive.stock import OUTSIDE_SHARE, POPULATION, RIVAL, Stock
from adrs.search.member import Member
from adrs.search.settings import IslandsPlan

PLAN = IslandsPlan(islands=4, bins=2, migration_every=0, reset_every=0)


def _stock(objective: Objective, **on: bool) -> Stock:
    parts = {"islands": True, "niches": True, "scenarios": True} | on
    return Stock(PLAN, objective, seed=1, **parts)


def test_parents_come_mostly_from_the_island_of_the_number(
    objective: Objective, make_member: Callable[..., Member]
) -> None:
    stock = _stock(objective)
    stock.tell(0, make_member(9.0, values=(9.0, 9.0)))
    at_home, elsewhere = make_member(8.0, values=(8.0, 8.0)), make_member(5.0, values=(2.0, 8.0))
    stock.tell(5, at_home)
    stock.tell(6, elsewhere)
    pools = [stock.pool(Random(i), 1) for i in range(1_000)]
    assert sum(at_home in pool for pool in pools) / 1_000 == pytest.approx(
        1 - OUTSIDE_SHARE, abs=0.05
    )
    assert sum(elsewhere in pool for pool in pools) / 1_000 == pytest.approx(
        OUTSIDE_SHARE, abs=0.05
    )


def test_pools_have_the_best_last(objective: Objective, make_member: Callable[..., Member]) -> None:
    stock = _stock(objective)
    for number, values in enumerate(((9.0, 1.0), (1.0, 8.0), (5.0, 5.0), (2.0, 2.0))):
        stock.tell(number, make_member(sum(values) / 2, values=values))
    for i in range(50):
        for pool in (stock.pool(Random(i), i), stock.donors(Random(i), i)):
            assert [m.merit for m in pool] == sorted(m.merit for m in pool)


def test_donors_come_from_elsewhere_where_there_is_one(
    objective: Objective, make_member: Callable[..., Member]
) -> None:
    stock = _stock(objective, niches=False, scenarios=False)
    stock.tell(0, make_member(9.0))
    at_home = make_member(8.0)
    stock.tell(5, at_home)
    assert all(at_home not in stock.donors(Random(i), 1) for i in range(50))
    single = _stock(objective, islands=False, niches=False, scenarios=False)
    single.tell(5, at_home)
    assert list(single.donors(Random(1), 1)) == [at_home]


def test_the_rival_is_the_third_best_of_a_full_island(
    objective: Objective, make_member: Callable[..., Member]
) -> None:
    stock = _stock(objective, islands=False)
    members = [make_member(float(score), values=(float(score),)) for score in range(POPULATION)]
    for number, member in enumerate(members):
        assert stock.rival(number) is None
        stock.tell(number, member)
    better_than_it = POPULATION - 1 - RIVAL
    assert better_than_it == 2
    assert stock.rival(POPULATION) is members[better_than_it]


def test_what_is_switched_off_holds_nobody(
    objective: Objective, make_member: Callable[..., Member]
) -> None:
    stock = _stock(objective, islands=False, niches=False, scenarios=False)
    first, second = make_member(9.0), make_member(8.0)
    stock.tell(0, first)
    stock.tell(1, second)
    assert list(stock.members()) == [first, second]
    assert stock.niches == 1


@pytest.mark.parametrize("part", ["niches", "scenarios"])
def test_who_is_drawn_from_elsewhere_than_an_island_is_a_member_too(
    objective: Objective, make_member: Callable[..., Member], part: str
) -> None:
    stock = _stock(objective, islands=False, niches=part == "niches", scenarios=part == "scenarios")
    rng = Random(1)
    for number in range(10 * POPULATION):
        # The lower one value, the higher the mean: the specialists are not among the fittest.
        low = rng.uniform(0.0, 10.0)
        values = tuple(rng.sample((low, 30.0 - 2 * low), 2))
        mean = sum(values) / 2
        stock.tell(number, make_member(mean, values=values, metrics={"mean": mean}))
    for draw in (stock.pool, stock.donors):
        drawn = {member for i in range(50) for member in draw(Random(i), i)}
        assert drawn - set(stock.home(0))
        assert drawn <= set(stock.members())
