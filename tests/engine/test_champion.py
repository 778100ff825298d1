"""Which programs of a search go to validation, which one is picked, and how it is made shorter."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import pytest

from adrs.archive.memory import MemoryArchive
from adrs.core.evaluation import Evaluation, Verdict
from adrs.core.isolation import IsolationLevel
from adrs.core.objective import Direction, Objective
from adrs.core.program import Program
from adrs.core.run import Role
from adrs.core.scenario import Split
from adrs.core.trial import Arm, Proposal, Trial
from adrs.engine.assessor import Assessor, Entrant
from adrs.engine.champion import (
    ENOUGH,
    LEADERS,
    RESERVES,
    TOP,
    Finalist,
    field_of,
    pick,
    reserves,
    top_distinct,
)
from adrs.engine.reduction import REDUCTION_BATCH, REDUCTION_EVALUATIONS, Reduction
from adrs.testing.archive_values import RUN, a_record

COST = Objective(metric="cost", unit="$", direction=Direction.MINIMIZE)
TIME = Objective(metric="time", unit="s", direction=Direction.MINIMIZE, step=10.0)


def evaluation(values: tuple[float, ...], fingerprint: str) -> Evaluation:
    return Evaluation(
        program_id="",
        split=Split.TRAIN,
        verdict=Verdict.OK,
        score=sum(values) / len(values),
        values=values,
        fingerprint=fingerprint,
        isolation=IsolationLevel.L0,
        evaluator="toy 1",
    )


def trial(number: int, values: tuple[float, ...], *, action: str = "", text: str = "1") -> Trial:
    return Trial(
        arm=Arm.SEARCH,
        number=number,
        operator="refine",
        parent_ids=(),
        proposal=Proposal(proposer="p", source=text),
        program=Program.of(text),
        evaluation=evaluation(values, action or str(number)),
    )


def picked(*trials: Trial, objective: Objective = COST) -> list[int]:
    initial = evaluation((100.0, 100.0), "initial")
    field = field_of(trials, objective, baseline=initial)
    top = top_distinct(field.ranked, objective)
    assert list(field.finalists[: len(top)]) == top
    return [t.number for t in top]


def finalists(*trials: Trial) -> list[int]:
    initial = evaluation((100.0, 100.0), "initial")
    return [t.number for t in field_of(trials, COST, baseline=initial).finalists]


def test_the_best_come_first() -> None:
    assert picked(trial(1, (90.0, 90.0)), trial(2, (80.0, 80.0))) == [2, 1]


def test_of_the_same_actions_the_shortest_stands_for_all() -> None:
    long = trial(1, (80.0, 80.0), action="a", text="1 + 2 + 3")
    assert picked(long, trial(2, (80.0, 80.0), action="a")) == [2]


def test_a_near_copy_of_a_better_program_is_passed_over() -> None:
    assert picked(trial(1, (80.0, 80.0)), trial(2, (80.5, 80.5)), trial(3, (82.0, 82.0))) == [1, 3]


@pytest.mark.parametrize(("value", "passed_over"), [(80.7, True), (81.0, False)])
def test_near_is_within_a_hundredth_of_the_mean_value(value: float, passed_over: bool) -> None:
    assert picked(trial(1, (80.0, 80.0)), trial(2, (value, value))) == (
        [1] if passed_over else [1, 2]
    )


def test_programs_that_cost_nothing_count_as_one() -> None:
    assert picked(trial(1, (0.0, 0.0)), trial(2, (0.0, 0.0))) == [1]


def test_equal_means_of_different_values_are_both_picked() -> None:
    assert picked(trial(1, (70.0, 90.0)), trial(2, (90.0, 70.0))) == [1, 2]


def test_a_program_that_acts_like_the_initial_one_is_left_out() -> None:
    assert picked(trial(1, (80.0, 80.0), action="initial")) == []


def test_no_more_than_the_top_are_picked() -> None:
    many = [trial(i, (50.0 + 2 * i, 50.0 + 2 * i)) for i in range(1, TOP + 10)]
    assert picked(*many) == list(range(1, TOP + 1))


CROWD = [trial(1000 + i, (20.0 + i, 20.0 + i)) for i in range(TOP)]
CROWDED = [t.number for t in CROWD]


def test_former_leaders_are_finalists_too() -> None:
    leaders = [trial(1, (90.0, 90.0)), trial(2, (95.0, 95.0)), trial(3, (80.0, 80.0))]
    assert finalists(*leaders, *CROWD) == [*CROWDED, 1, 3]


def test_a_former_leader_is_one_that_was_better_than_all_before_it_not_as_good() -> None:
    again = trial(2, (90.0, 90.0), action="again")
    assert finalists(trial(1, (90.0, 90.0)), again, *CROWD) == [*CROWDED, 1]


def test_the_shortest_of_the_same_actions_stands_for_a_former_leader() -> None:
    led = trial(1, (90.0, 90.0), action="a", text="1 + 2 + 3")
    shorter = trial(2, (90.0, 90.0), action="a")
    assert finalists(led, shorter, *CROWD) == [*CROWDED, 2]


def test_a_leader_that_acts_like_the_initial_program_is_no_finalist() -> None:
    assert finalists(trial(1, (100.0, 100.0), action="initial"), *CROWD) == CROWDED


def test_of_many_former_leaders_some_are_finalists_evenly_spread() -> None:
    leaders = [trial(i, (200.0 - i, 200.0 - i)) for i in range(1, 3 * LEADERS + 1)]
    found = finalists(*leaders, *CROWD)  # the best of the crowd is the last leader
    assert found == [*CROWDED, 1, 4, 8, 11, 14, 17, 21, 24, 27, 30, 34]


def test_the_same_decisions_in_less_time_are_another_program() -> None:
    faster = trial(1, (80.0, 80.0), action="initial")
    alike = trial(2, (100.0, 100.0), action="initial")
    assert picked(faster, alike, objective=TIME) == [1]


def test_programs_of_the_same_measured_value_are_all_picked() -> None:
    values = (80.0, 80.0)
    assert picked(trial(1, values), trial(2, values), trial(3, values, action="2")) == [1]
    both = picked(trial(1, values), trial(2, values), trial(3, values, action="2"), objective=TIME)
    assert both == [1, 2]


def test_a_program_without_a_score_is_left_out() -> None:
    done = trial(1, (80.0, 80.0))
    assert done.evaluation is not None
    failed = replace(done.evaluation, verdict=Verdict.TIMEOUT, score=None, values=())
    without = (replace(done, evaluation=failed), replace(done, evaluation=None))
    assert picked(*without) == []
    assert picked(*without, done) == [1]


Cost = Callable[[str, Split], float | None]


class Costing:
    """Evaluates as a function says: a program's cost on a split, None where it fails."""

    level = IsolationLevel.L0

    def __init__(self, cost: Cost) -> None:
        self._cost = cost
        self.seen: list[tuple[str, Split]] = []

    def evaluate(self, programs: Sequence[Program], split: Split) -> list[Evaluation]:
        self.seen += [(program.source, split) for program in programs]
        return [self._evaluated(program, split) for program in programs]

    def _evaluated(self, program: Program, split: Split) -> Evaluation:
        cost = self._cost(program.source, split)
        done = replace(evaluation((cost or 0.0,), "a"), program_id=program.id, split=split)
        if cost is not None:
            return done
        return replace(done, verdict=Verdict.EXCEPTION, score=None, values=())

    def bounds(self, split: Split) -> tuple[float, ...]:
        return (0.0,)

    def texts(self, split: Split) -> list[str]:
        """Return which programs were evaluated on a split."""
        return [text for text, where in self.seen if where is split]


class NeverStop:
    requested = False


def assessing(cost: Cost) -> tuple[Assessor, Costing]:
    """Return an assessor, and the evaluations on which it relies."""
    evaluations: Any = Costing(cost)
    archive = MemoryArchive()
    archive.create_run(a_record())
    assessor = Assessor(
        archive=archive,
        run=RUN,
        evaluations=evaluations,
        instrument="toy 1",
        sink=lambda event: None,
        stop=NeverStop(),
    )
    return assessor, evaluations


def sound_on_stress(sound: range) -> Cost:
    """Say that only these programs are valid on stress, and that nobody asks for more."""

    def cost(text: str, split: Split) -> float | None:
        assert split is Split.STRESS
        return 1.0 if int(text) in sound else None

    return cost


def reserve(count: int, *, sound: range, tried: int) -> tuple[list[int], Costing]:
    """Return which of so many ranked trials are reserves, and who found out."""
    trials = [trial(i, (1.02**i,), text=str(i)) for i in range(1, count + 1)]
    assessor, evaluations = assessing(sound_on_stress(sound))
    known = {Program.of(str(i)).id for i in range(1, tried + 1)}
    found = [t.number for t in reserves(trials, assessor, COST, tried=known)]
    return found, evaluations


def test_reserves_are_the_best_that_are_valid_on_stress_and_no_more_are_tried_than_needed() -> None:
    found, evaluations = reserve(100, sound=range(35, 99), tried=20)
    assert found == list(range(35, 35 + ENOUGH))
    assert evaluations.texts(Split.STRESS)[0] == "21"
    assert len(evaluations.seen) < 30


def test_a_search_may_have_fewer_reserves_or_none() -> None:
    assert reserve(40, sound=range(38, 40), tried=20)[0] == [38, 39]
    found, evaluations = reserve(RESERVES + 90, sound=range(RESERVES + 50, RESERVES + 90), tried=20)
    assert found == []
    assert len(evaluations.seen) == RESERVES


def test_near_copies_of_a_reserve_are_not_tried() -> None:
    near = [trial(i, (50.0 + i / 1000,), text=str(i)) for i in range(1, 200)]
    other = trial(200, (90.0,), text="200")
    assessor, evaluations = assessing(sound_on_stress(range(1, 201)))
    assert [t.number for t in reserves([*near, other], assessor, COST, tried=())] == [1, 200]
    assert len(evaluations.seen) < 20


def pick_of(cost: Cost, *texts: str) -> tuple[str | None, Costing]:
    assessor, evaluations = assessing(cost)
    trials = [trial(i, (1.0,), text=text) for i, text in enumerate(texts, start=1)]
    found = pick(trials, assessor, COST, role=Role.CANDIDATE)
    return None if found is None else found.program.source, evaluations


def test_the_pick_is_the_best_on_validation_that_is_valid_on_stress() -> None:
    def cost(text: str, split: Split) -> float | None:
        fails = "2" if split is Split.STRESS else "3"
        return None if text == fails else -float(text)

    found, evaluations = pick_of(cost, "0", "1", "2", "3")
    assert found == "1"
    assert evaluations.texts(Split.STRESS) == ["2", "1"]


def test_of_equals_on_validation_the_shorter_and_then_the_earlier_is_picked() -> None:
    assert pick_of(lambda text, split: 1.0, "1 + 2", "3", "4")[0] == "3"


def test_nothing_is_picked_where_all_fail_on_stress() -> None:
    assert pick_of(lambda text, split: None if split is Split.STRESS else 1.0, "1", "2")[0] is None


def without_a_term(source: str) -> Iterator[str]:
    """Give a sum without one of its terms, for each of them."""
    terms = source.split(" + ")
    for at in range(len(terms) if len(terms) > 1 else 0):
        yield " + ".join([*terms[:at], *terms[at + 1 :]])


def shortened(
    cost: Cost, source: str, reducer: Callable[[str], Iterator[str]] = without_a_term
) -> tuple[Finalist, Costing]:
    """Return what is left of a program, and who found out."""
    assessor, evaluations = assessing(cost)
    program = Program.of(source)
    validation = assessor.assess(Role.CANDIDATE, [Entrant(label="", program=program)], VALID)[0]
    finalist = Finalist(program=program, trial=7, validation=validation)
    return Reduction(assessor, COST, reducer).shorten(finalist), evaluations


VALID = Split.VALIDATION


@pytest.mark.parametrize("split", [Split.TRAIN, Split.VALIDATION, Split.STRESS])
def test_every_cut_is_kept_that_makes_nothing_worse_anywhere(split: Split) -> None:
    def cost(text: str, where: Split) -> float | None:
        missing = sum(term not in text for term in ("2", "5"))
        if where is split and missing:
            return None if split is Split.STRESS else 1.0 + missing
        return 1.0

    left, _ = shortened(cost, "1 + 2 + 3 + 4 + 5")
    assert left.program.source == "2 + 5"
    assert (left.trial, left.validation.program_id) == (7, left.program.id)


def test_a_cut_that_makes_it_better_sets_the_mark_for_the_next() -> None:
    costs = {"1 + 2 + 3": 1.0, "2 + 3": 0.5}
    left, _ = shortened(lambda text, _: costs.get(text, 0.7), "1 + 2 + 3")
    assert left.program.source == "2 + 3"


def test_no_cut_is_tried_twice_and_none_that_is_no_shorter() -> None:
    def reducer(source: str) -> Iterator[str]:
        yield from without_a_term(source)
        yield from ("4 + 5 + 6 + 7", "8", "8")

    _, evaluations = shortened(lambda text, _: float("1" not in text), "1 + 2 + 3", reducer)
    tried = Counter(evaluations.texts(Split.TRAIN))
    assert set(tried.values()) == {1}
    assert "4 + 5 + 6 + 7" not in tried


def test_after_a_cut_it_goes_on_where_it_was() -> None:
    needed = 2 * REDUCTION_BATCH
    terms = [str(100 + n) for n in range(needed + 6)]

    def cost(text: str, _: Split) -> float:
        return float(sum(term not in text for term in terms[:needed]))

    left, evaluations = shortened(cost, " + ".join(terms))
    assert left.program.source == " + ".join(terms[:needed])
    tried = len(evaluations.texts(Split.TRAIN))
    assert tried <= 1 + needed + 6 * REDUCTION_BATCH + needed, "and not the needed ones every time"


def test_a_reduction_ends_with_its_evaluations() -> None:
    numbers = iter(range(10_000))

    def endless(source: str) -> Iterator[str]:
        return (str(next(numbers)) for _ in range(3))

    left, evaluations = shortened(lambda text, _: 1.0, "-1", endless)
    assert len(evaluations.texts(Split.TRAIN)) == 1 + REDUCTION_EVALUATIONS
    left, evaluations = shortened(
        lambda text, _: float(text != "-1"), "-1", lambda _: (str(i) for i in range(999))
    )
    assert left.program.source == "-1"
    assert len(evaluations.texts(Split.TRAIN)) == 1 + REDUCTION_EVALUATIONS
