"""What a report says of races: scenarios left out, and stops that were wrong."""

from dataclasses import replace

import pytest

from adrs.core.evaluation import Evaluation, Verdict
from adrs.core.isolation import IsolationLevel
from adrs.core.objective import Direction, Objective
from adrs.core.program import Program
from adrs.core.scenario import Split
from adrs.core.trial import Arm, Proposal, Trial
from adrs.report.run.console import race_parts
from adrs.report.run.races import Races, RaceTally

SMALLER = Objective(metric="cost", unit="$", direction=Direction.MINIMIZE)
COUNT = 4


def evaluation(name: str, score: float | None, **changes: object) -> Evaluation:
    blank = Evaluation(
        program_id=name,
        split=Split.TRAIN,
        verdict=Verdict.BEHIND if score is None else Verdict.OK,
        score=score,
        values=() if score is None else (score,) * COUNT,
        scenarios=COUNT,
        isolation=IsolationLevel.L3,
        evaluator="line 1",
    )
    return replace(blank, **changes)  # type: ignore[arg-type]


def told(*evaluations: Evaluation | None) -> Races | None:
    tally = RaceTally(SMALLER, evaluation("initial", 5.0))
    for number, one in enumerate(evaluations, start=1):
        program = Program(id=str(number), source="")
        trial = Trial(
            arm=Arm.SEARCH,
            number=number,
            operator="refine",
            parent_ids=(),
            proposal=Proposal(proposer="test@1", source=""),
            program=program,
            evaluation=one,
        )
        tally.add(trial)
    return tally.races()


def test_without_a_race_there_is_nothing_to_say() -> None:
    assert told(evaluation("a", 4.0), None) is None
    assert race_parts(None) == []


def test_what_was_left_out_is_a_share_of_all_that_raced() -> None:
    races = told(
        evaluation("a", 4.0, rival="initial"),
        evaluation("b", None, rival="initial", scenarios=1, behind_after=1),
        evaluation("c", 9.0),
    )
    assert races == Races(raced=2, stopped=1, saved=3 / 8, checked=0, wrong=0)
    assert race_parts(races) == ["1 of 2 stopped", "37.5 % of their scenarios left out"]


@pytest.mark.parametrize(("score", "wrong"), [(4.9, 1), (5.0, 0), (5.1, 0)])
def test_a_stop_is_wrong_when_the_program_is_better_in_the_end(score: float, wrong: int) -> None:
    races = told(evaluation("a", score, rival="initial", behind_after=2))
    assert races == Races(raced=1, stopped=0, saved=0.0, checked=1, wrong=wrong)
    assert race_parts(races)[-1] == f"{wrong} of 1 checked stop wrong"


@pytest.mark.parametrize("behind_after", [None, 1])
def test_a_failure_in_a_race_is_neither_stopped_nor_saved(behind_after: int | None) -> None:
    failed = evaluation("a", None, verdict=Verdict.EXCEPTION, rival="initial", scenarios=1)
    failed = replace(failed, behind_after=behind_after)
    assert told(failed) == Races(raced=1, stopped=0, saved=0.0, checked=0, wrong=0)
