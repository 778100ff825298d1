"""What those who watch are told of model calls, and when."""

import select
import threading
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from functools import partial
from itertools import pairwise
from typing import Any

import pytest

from adrs.archive.calls import RunCalls
from adrs.archive.memory import MemoryArchive
from adrs.core.call import Call, CallOutcome, Usage
from adrs.core.events import CallsMoved, Event, EventSink
from adrs.core.spending import ModelTraffic, Spending
from adrs.core.trial import Assignment, Proposal
from adrs.engine.budget import CallCaps, CallLedger
from adrs.engine.courses import ArrivalCourse
from adrs.engine.metering import CallMeter
from adrs.engine.proposals import ThreadedProposals
from adrs.engine.run import Run
from adrs.proposers.llm.budget import Reservation
from adrs.proposers.protocol import BudgetSpent
from adrs.testing.archive_values import a_call, a_record

ANSWER = replace(
    a_call(), usage=Usage(prompt_tokens=70, completion_tokens=30), cost_usd=0.25, attempt=2
)


TICKET = Reservation(tokens=200, usd=0.5)


def meter_on(
    archive: MemoryArchive, on_move: Callable[[], None], run: str = "one"
) -> tuple[CallMeter, CallLedger]:
    """Return a meter and its ledger, as a sitting of a run makes them."""
    ledger = CallLedger(CallCaps(), archive.calls(run))
    return CallMeter(RunCalls(archive, run), ledger, archive.calls(run), on_move), ledger


def attempt(meter: CallMeter, ledger: CallLedger, call: Call) -> None:
    """Do with an attempt what the client does."""
    ticket = None if call.cached_from else ledger.reserve(TICKET)
    meter.add(call)
    if ticket is not None:
        ledger.settle(ticket, call)


def archive_with_run() -> MemoryArchive:
    archive = MemoryArchive()
    archive.create_run(a_record("one"))
    return archive


def test_attempts_are_kept_counted_and_announced() -> None:
    archive, moves = archive_with_run(), []
    meter, ledger = meter_on(archive, lambda: moves.append(1))
    nothing = replace(a_call(outcome=CallOutcome.TIMEOUT), usage=Usage())
    unpriced = replace(ANSWER, cost_usd=None, request=replace(ANSWER.request, model="x/y"))
    for call in (nothing, ANSWER, unpriced, replace(ANSWER, cached_from="two")):
        attempt(meter, ledger, call)
    assert len(list(archive.calls("one"))) == len(moves) == 4
    for _ in range(3):
        ledger.reserve(TICKET)
    assert meter.spending() == Spending(
        calls=2,
        tokens=200,
        usd=0.25,
        unpriced=1,
        reused=1,
        in_flight=3,
        models=(
            ModelTraffic(model="openai/small", answered=1, failed=1),
            ModelTraffic(model="x/y", answered=1, failed=0),
        ),
    )
    assert meter.answer(ANSWER.request) is not None


def test_earlier_sittings_count() -> None:
    archive = archive_with_run()
    charged = Usage(prompt_tokens=70)  # for a reply that held nothing
    refused = replace(ANSWER, outcome=CallOutcome.REFUSED, usage=charged, cost_usd=0.125)
    meter, ledger = meter_on(archive, lambda: None)
    attempt(meter, ledger, ANSWER)
    attempt(meter, ledger, refused)
    assert meter.spending() == meter_on(archive, lambda: None)[0].spending()
    again = meter_on(archive, lambda: None)[0].spending()
    assert (again.calls, again.tokens, again.usd) == (2, 170, 0.375)


def granted_of(ledger: CallLedger, calls: int) -> int:
    """Ask for so many calls; return how many were granted."""
    refused = 0
    for _ in range(calls):
        try:
            ledger.reserve(TICKET)
        except BudgetSpent:
            refused += 1
    return calls - refused


@pytest.mark.parametrize(
    ("caps", "granted"),
    [
        (CallCaps(), 9),
        (CallCaps(calls=4), 3),
        (CallCaps(tokens=700), 3),
        (CallCaps(tokens=699), 2),
        (CallCaps(usd=1.75), 3),
        (CallCaps(usd=1.74), 2),
    ],
)
def test_a_cap_counts_what_is_spent_and_what_is_reserved(caps: CallCaps, granted: int) -> None:
    ledger = CallLedger(caps, [ANSWER])
    assert granted_of(ledger, 9) == granted
    if granted < 9:
        ledger.release(TICKET)
        assert granted_of(ledger, 2) == 1


def test_a_cap_in_dollars_that_is_reached_allows_no_free_call() -> None:
    ledger = CallLedger(CallCaps(usd=0.25), [ANSWER])
    with pytest.raises(BudgetSpent):
        ledger.reserve(Reservation(tokens=1, usd=None))


@pytest.mark.parametrize(
    ("caps", "words"),
    [
        (CallCaps(calls=1_000), None),
        (CallCaps(calls=1), "the budget of model calls is used up"),
        (CallCaps(tokens=299), "the budget of 299 tokens has no room for .* may take 200"),
        (CallCaps(usd=0.7), r"the budget of \$0.7 has no room for .* may cost \$0.5"),
    ],
)
def test_which_cap_has_no_room_is_told_and_how_much_a_call_may_take(
    caps: CallCaps, words: str | None
) -> None:
    ledger = CallLedger(caps, [ANSWER])
    with pytest.raises(BudgetSpent, match=words) if words else nullcontext():
        ledger.reserve(TICKET)


def readable(descriptor: int) -> bool:
    return bool(select.select([descriptor], [], [], 0)[0])


def test_news_wake_the_engine_once() -> None:
    with ThreadedProposals(slots=1) as proposals:
        assert not readable(proposals.wake)
        proposals.notice("the model is left alone a while")
        proposals.nudge()
        assert readable(proposals.wake)
        assert proposals.take() is None
        assert not readable(proposals.wake)
        assert proposals.notices() == ["the model is left alone a while"]


def test_more_nudges_than_a_pipe_holds_block_nobody() -> None:
    with ThreadedProposals(slots=1) as proposals:
        for _ in range(100_000):
            proposals.nudge()
        while readable(proposals.wake):
            assert proposals.take() is None


Answering = Callable[[CallMeter, CallLedger, int], Proposal]


@pytest.fixture
def run_with(bench: Any, never_stop: Any) -> Callable[[Answering, EventSink], None]:
    """Does a run of twelve evaluations whose calls are reserved as they are asked for."""

    def work(answering: Answering, sink: EventSink) -> None:
        archive = MemoryArchive()

        def proposals(briefing: Any) -> ThreadedProposals:
            threaded = ThreadedProposals(slots=4)
            meter, ledger = meter_on(archive, threaded.nudge, "test")

            def prepare(assignment: Assignment) -> Callable[[], Proposal]:
                ledger.reserve(TICKET)
                return partial(answering, meter, ledger, assignment.number)

            threaded.start(prepare, meter.spending)
            return threaded

        archive.create_run(bench.record(evals=12, control=False))
        staff = bench._staff(archive.run("test"), archive, 1, 0, sink, never_stop)
        search = replace(
            staff.search,
            proposals=proposals,
            course=lambda first: ArrivalCourse(slots=4, workers=1, first=first),
        )
        run = Run(archive.run("test"), bench.problem, replace(staff, search=search))
        assert run.execute(resumed=False) is not None

    return work


@pytest.fixture
def answer(bench: Any) -> Answering:
    """Answers a call with a program that nobody else proposes."""
    source = bench.problem.initial.source

    def answered(meter: CallMeter, ledger: CallLedger, number: int) -> Proposal:
        meter.add(ANSWER)
        ledger.settle(TICKET, ANSWER)
        changed = source.replace("1.0", str(1.0 + number / 100))
        return Proposal(proposer="llm/openai/small", source=changed)

    return answered


def test_a_run_tells_what_its_calls_took(run_with: Any, answer: Answering) -> None:
    events: list[Event] = []
    run_with(answer, events.append)
    moved = [event.spending for event in events if isinstance(event, CallsMoved)]
    assert moved[0] == Spending()
    assert moved[-1].calls == 12
    assert all(one.calls <= other.calls for one, other in pairwise(moved))
    assert type(events[-1]).__name__ == "RunEnded"


def test_calls_under_way_are_told_before_one_is_answered(run_with: Any, answer: Answering) -> None:
    told = threading.Event()
    in_time = []

    def sink(event: Event) -> None:
        if isinstance(event, CallsMoved) and event.spending.in_flight:
            told.set()

    def patient(meter: CallMeter, ledger: CallLedger, number: int) -> Proposal:
        in_time.append(told.wait(5.0))
        return answer(meter, ledger, number)

    run_with(patient, sink)
    assert all(in_time)
