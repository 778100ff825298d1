import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adrs.core.evaluation import Evaluation, Verdict
from adrs.core.isolation import IsolationLevel
from adrs.core.program import Program
from adrs.core.scenario import Split
from adrs.search.member import Member
from adrs.search.population import Population


def member(fitness: float, size: int, behaviour: str) -> Member:
    evaluation = Evaluation(
        program_id="p",
        split=Split.TRAIN,
        verdict=Verdict.OK,
        score=fitness,
        isolation=IsolationLevel.L0,
        evaluator="test 1",
    )
    return Member(
        program=Program(id="p", source=""),
        evaluation=evaluation,
        fitness=fitness,
        size=size,
        behaviour=behaviour,
    )


described = st.tuples(st.integers(0, 9), st.integers(1, 4), st.sampled_from("abcdefgh"))


@settings(deadline=None)
@given(st.lists(described, min_size=1, max_size=60), st.integers(1, 6))
def test_it_keeps_the_best_of_every_behaviour_in_order(
    descriptions: list[tuple[int, int, str]], capacity: int
) -> None:
    # Programs that decide alike score alike, so the score follows from the behaviour.
    members = [member(float(ord(b) % 5), size, b) for _, size, b in descriptions]
    population = Population(capacity=capacity)
    for one in members:
        population.add(one)
    merits = [m.merit for m in population.members]
    behaviours = [m.behaviour for m in population.members]
    assert merits == sorted(merits)
    assert len(set(behaviours)) == len(behaviours) <= capacity
    shortest = {
        b: max(m.merit for m in members if m.behaviour == b)
        for b in "abcdefgh"
        if any(m.behaviour == b for m in members)
    }
    assert sorted(merits, reverse=True) == sorted(shortest.values(), reverse=True)[:capacity]
    assert population.best.merit == max(m.merit for m in members)


def test_shorter_twin_takes_the_place() -> None:
    population = Population(capacity=5)
    long, short = member(1.0, 9, "same"), member(1.0, 5, "same")
    assert population.add(long)
    assert population.add(short)
    assert not population.add(long)
    assert list(population.members) == [short]


def test_worst_leaves_when_it_is_full() -> None:
    population = Population(capacity=2)
    one, two, three = (member(float(f), 1, str(f)) for f in (1, 2, 3))
    for each in (two, one):
        population.add(each)
    assert population.add(three)
    assert list(population.members) == [two, three]
    assert not population.add(one)


def test_first_told_of_equals_is_the_best() -> None:
    population = Population(capacity=3)
    first, second = member(1.0, 1, "a"), member(1.0, 1, "b")
    population.add(first)
    population.add(second)
    assert population.best is first


def test_founder_begins_again_alone() -> None:
    population = Population(capacity=3)
    old, founder = member(1.0, 1, "a"), member(2.0, 1, "b")
    population.add(old)
    population.found(founder)
    assert list(population.members) == [founder]
    assert population.add(old)


def test_capacity_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="capacity"):
        Population(capacity=0)
