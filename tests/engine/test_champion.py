"""Which programs of a search go to validation."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from adrs.archive.memory import MemoryArchive
from adrs.core.evaluation import Evaluation, Verdict
from adrs.core.isolation import IsolationLevel
from adrs.core.objective import Direction, Objective
from adrs.core.program import Program
from adrs.core.scenario import Split
from adrs.core.trial import Arm, Proposal, Trial
from adrs.engine.assessor import Assessor
from adrs.engine.champion import ENOUGH, RESERVES, TOP, ranked, reserves, top_distinct
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
    return [t.number for t in top_distinct(ranked(trials, objective, baseline=initial), objective)]


def test_the_best_come_first() -> None:
    assert picked(trial(1, (90.0, 90.0)), trial(2, (80.0, 80.0))) == [2, 1]


def test_of_the_same_actions_the_shortest_stands_for_all() -> None:
    long = trial(1, (80.0, 80.0), action="a", text="1 + 2 + 3")
    assert picked(long, trial(2, (80.0, 80.0), action="a")) == [2]


def test_a_near_copy_of_a_better_program_is_passed_over() -> None:
    assert picked(trial(1, (80.0, 80.0)), trial(2, (80.5, 80.5)), trial(3, (82.0, 82.0))) == [1, 3]


def test_equal_means_of_different_values_are_both_picked() -> None:
    assert picked(trial(1, (70.0, 90.0)), trial(2, (90.0, 70.0))) == [1, 2]


def test_a_program_that_acts_like_the_initial_one_is_left_out() -> None:
    assert picked(trial(1, (80.0, 80.0), action="initial")) == []


def test_no_more_than_the_top_are_picked() -> None:
    many = [trial(i, (50.0 + 2 * i, 50.0 + 2 * i)) for i in range(1, TOP + 10)]
    assert picked(*many) == list(range(1, TOP + 1))


def test_the_same_decisions_in_less_time_are_another_program() -> None:
    faster = trial(1, (80.0, 80.0), action="initial")
    alike = trial(2, (100.0, 100.0), action="initial")
    assert picked(faster, alike, objective=TIME) == [1]


def test_programs_of_the_same_measured_value_are_all_picked() -> None:
    values = (80.0, 80.0)
    assert picked(trial(1, values), trial(2, values), trial(3, values, action="2")) == [1]
    both = picked(trial(1, values), trial(2, values), trial(3, values, action="2"), objective=TIME)
    assert both == [1, 2]


class Stressing:
    """Evaluates on the stress shapes: only the programs of these texts are valid there."""

    level = IsolationLevel.L0

    def __init__(self, sound: set[str]) -> None:
        self._sound = sound
        self.seen: list[str] = []

    def evaluate(self, programs: Sequence[Program], split: Split) -> list[Evaluation]:
        assert split is Split.STRESS
        self.seen += [program.source for program in programs]
        return [self._evaluated(program) for program in programs]

    def _evaluated(self, program: Program) -> Evaluation:
        done = replace(evaluation((1.0,), "a"), program_id=program.id, split=Split.STRESS)
        if program.source in self._sound:
            return done
        return replace(done, verdict=Verdict.EXCEPTION, score=None, values=())

    def bounds(self, split: Split) -> tuple[float, ...]:
        assert split is Split.STRESS
        return (0.0,)


class NeverStop:
    requested = False


def assessing(sound: set[str]) -> tuple[Assessor, Stressing]:
    """Return an assessor, and the evaluations on which it relies."""
    evaluations: Any = Stressing(sound)
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


def reserve(count: int, *, sound: range, tried: int) -> tuple[list[int], Stressing]:
    """Return which of so many ranked trials are reserves, and who found out."""
    trials = [trial(i, (1.02**i,), text=str(i)) for i in range(1, count + 1)]
    assessor, evaluations = assessing({str(number) for number in sound})
    known = {Program.of(str(i)).id for i in range(1, tried + 1)}
    found = [t.number for t in reserves(trials, assessor, COST, tried=known)]
    return found, evaluations


def test_reserves_are_the_best_that_are_valid_on_stress_and_no_more_are_tried_than_needed() -> None:
    found, evaluations = reserve(100, sound=range(35, 99), tried=20)
    assert found == list(range(35, 35 + ENOUGH))
    assert evaluations.seen[0] == "21"
    assert len(evaluations.seen) < 30


def test_a_search_may_have_fewer_reserves_or_none() -> None:
    assert reserve(40, sound=range(38, 40), tried=20)[0] == [38, 39]
    found, evaluations = reserve(RESERVES + 90, sound=range(RESERVES + 50, RESERVES + 90), tried=20)
    assert found == []
    assert len(evaluations.seen) == RESERVES


def test_near_copies_of_a_reserve_are_not_tried() -> None:
    near = [trial(i, (50.0 + i / 1000,), text=str(i)) for i in range(1, 200)]
    other = trial(200, (90.0,), text="200")
    assessor, evaluations = assessing({str(i) for i in range(1, 201)})
    assert [t.number for t in reserves([*near, other], assessor, COST, tried=())] == [1, 200]
    assert len(evaluations.seen) < 20
