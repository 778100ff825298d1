"""Why a search ends: which reason is told, and which fault."""

from dataclasses import dataclass, replace

import pytest

from adrs.core.evaluation import Evaluation, Verdict
from adrs.core.events import ArmEnded
from adrs.core.isolation import IsolationLevel
from adrs.core.objective import Direction, Objective
from adrs.core.program import Program
from adrs.core.scenario import Split
from adrs.core.trial import Arm, Proposal
from adrs.engine.budget import Ledger
from adrs.engine.ending import STOPPED, Ending
from adrs.engine.standing import BARREN, Standing
from adrs.errors import ProposerError
from adrs.testing.archive_values import a_trial

COST = Objective(metric="cost", unit="$", direction=Direction.MINIMIZE)
OF_TIME = "the budget of time is used up"


@dataclass
class Stop:
    requested: bool = False


@dataclass
class Clock:
    now: float = 0.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Search:
    """A search that is to end, with what may end it."""

    ending: Ending
    standing: Standing
    stop: Stop
    clock: Clock

    def told(self, rejection: str = "no words") -> None:
        """Tell a trial that brought nothing."""
        nothing = Proposal(proposer="p", source=None, rejection=rejection)
        self.standing.tell(replace(a_trial(1), program=None, evaluation=None, proposal=nothing))


@pytest.fixture
def search() -> Search:
    initial = Program.of("x = 1\n")
    evaluation = Evaluation(
        program_id=initial.id,
        split=Split.TRAIN,
        verdict=Verdict.OK,
        score=1.0,
        values=(1.0,),
        isolation=IsolationLevel.L0,
        evaluator="toy 1",
    )
    standing, stop, clock = Standing(COST, initial, evaluation), Stop(), Clock()
    ledger = Ledger(evals=None, time_s=60.0, spent_s=0.0, clock=clock)
    ending = Ending(Arm.CONTROL, ledger=ledger, standing=standing, stop=stop)
    return Search(ending=ending, standing=standing, stop=stop, clock=clock)


def ended(reason: str, *, complete: bool) -> ArmEnded:
    return ArmEnded(arm=Arm.CONTROL, reason=reason, complete=complete)


def test_without_a_reason_a_search_goes_on(search: Search) -> None:
    assert not search.ending.due()
    assert not search.ending.reached


def test_a_search_whose_time_is_used_up_has_done_all_it_was_to_do(search: Search) -> None:
    search.clock.now = 60.0
    assert search.ending.due()
    assert search.ending.outcome() == ended(OF_TIME, complete=True)


def test_a_search_ends_when_nothing_new_was_tried_for_long(search: Search) -> None:
    for _ in range(BARREN - 1):
        search.told()
    assert not search.ending.due()
    search.told()
    assert search.ending.due()
    reason = f"{BARREN} proposals in a row brought nothing new to try"
    assert search.ending.outcome() == ended(reason, complete=True)


def test_who_stops_a_search_is_told_so_whatever_else_would_end_it(search: Search) -> None:
    search.stop.requested, search.clock.now = True, 60.0
    assert search.ending.due()
    assert search.ending.outcome() == ended(STOPPED, complete=False)


def test_the_last_reason_counts(search: Search) -> None:
    search.ending.end("one", complete=True)
    search.ending.end("another", complete=False)
    assert search.ending.outcome() == ended("another", complete=False)


def test_the_first_fault_is_raised_whatever_comes_after_it(search: Search) -> None:
    search.ending.fail(ProposerError("the first"))
    assert search.ending.reached
    search.ending.fail(ProposerError("the second"))
    search.stop.requested = True
    search.ending.fail(ProposerError("that comes of being stopped"))
    with pytest.raises(ProposerError, match="the first"):
        search.ending.outcome()


def test_a_fault_that_comes_of_being_stopped_is_none(search: Search) -> None:
    search.stop.requested = True
    search.ending.fail(ProposerError("the connection was closed"))
    assert search.ending.outcome() == ended(STOPPED, complete=False)


def test_answers_without_a_program_end_a_search_with_how_many_and_why(search: Search) -> None:
    search.told()
    search.told("no edit in it")
    search.ending.fail_fruitless()
    with pytest.raises(ProposerError, match="the last 2 answers held no program: no edit in it"):
        search.ending.outcome()


def test_a_trial_with_an_evaluation_is_something_new(search: Search) -> None:
    for _ in range(BARREN - 1):
        search.told()
    search.standing.tell(a_trial(1))
    search.told()
    assert not search.ending.due()
