from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from adrs.core.evaluation import Evaluation, Verdict
from adrs.core.isolation import IsolationLevel
from adrs.core.objective import Direction, Objective
from adrs.core.program import Program
from adrs.core.scenario import Split
from adrs.search.fronts import Fronts
from adrs.search.member import Member

SCENARIOS = 4


def test_the_best_on_any_scenario_is_kept(
    objective: Objective, make_member: Callable[..., Member]
) -> None:
    fronts = Fronts(objective)
    left, right = make_member(5.0, values=(1.0, 9.0)), make_member(6.0, values=(9.0, 3.0))
    middle = make_member(4.0, values=(4.0, 4.0))
    assert [fronts.add(member) for member in (left, right, middle)] == [True, True, False]
    assert list(fronts.members) == [right, left]
    assert [fronts.count(m.program.id) for m in (left, right, middle)] == [1, 1, 0]


def test_who_is_covered_by_others_is_dropped(
    objective: Objective, make_member: Callable[..., Member]
) -> None:
    fronts = Fronts(objective)
    old = make_member(6.0, values=(3.0, 3.0, 12.0))
    fronts.add(old)
    fronts.add(make_member(5.0, values=(3.0, 6.0, 6.0)))
    assert old in fronts.members
    fronts.add(make_member(5.5, values=(8.0, 3.0, 5.5)))
    assert old not in fronts.members
    assert fronts.count(old.program.id) == 0


def test_the_shorter_of_two_that_behave_the_same_is_kept(
    objective: Objective, make_member: Callable[..., Member]
) -> None:
    fronts = Fronts(objective)
    sources = ("x = 1 + 1\n", "x = 2\n", "x = 3 - 1\n")
    first, shorter, longer = (
        make_member(5.0, source=source, fingerprint="same", values=(5.0, 5.0)) for source in sources
    )
    assert [fronts.add(member) for member in (first, shorter, longer)] == [True, True, False]
    assert list(fronts.members) == [shorter]
    equal = make_member(5.0, source="y = 2\n", fingerprint="same", values=(5.0, 5.0))
    assert not fronts.add(equal)
    assert list(fronts.members) == [shorter]


@given(
    st.lists(
        st.tuples(*[st.integers(0, 3)] * SCENARIOS),
        min_size=1,
        max_size=30,
    )
)
def test_there_are_few_and_every_scenario_has_one_of_its_best(rows: list[tuple[int, ...]]) -> None:
    fronts = Fronts(Objective(metric="gain", unit="", direction=Direction.MAXIMIZE))
    for number, row in enumerate(rows):
        fronts.add(_member(number, tuple(map(float, row))))
        held = [member.evaluation.values for member in fronts.members]
        assert 1 <= len(held) <= SCENARIOS
        bests = [max(column) for column in zip(*rows[: number + 1], strict=True)]
        assert bests == [max(column) for column in zip(*held, strict=True)]
        for member in fronts.members:
            pairs = zip(member.evaluation.values, bests, strict=True)
            assert fronts.count(member.program.id) == sum(a == b for a, b in pairs) > 0


def _member(number: int, values: tuple[float, ...]) -> Member:
    program = Program.of(f"x = {number}\n")
    evaluation = Evaluation(
        program_id=program.id,
        split=Split.TRAIN,
        verdict=Verdict.OK,
        score=sum(values) / len(values),
        values=values,
        isolation=IsolationLevel.L0,
        evaluator="test 1",
    )
    return Member(
        program=program,
        evaluation=evaluation,
        fitness=sum(values) / len(values),
        size=10,
        behaviour=program.id,
    )
