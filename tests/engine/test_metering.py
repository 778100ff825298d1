"""What those who watch are told of model calls, and when."""

import select
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from itertools import pairwise
from typing import Any

from adrs.archive.calls import RunCalls
from adrs.archive.memory import MemoryArchive
from adrs.core.call import CallOutcome, Usage
from adrs.core.events import CallsMoved, Event
from adrs.core.spending import ModelTraffic, Spending
from adrs.core.trial import Proposal
from adrs.engine.courses import ArrivalCourse
from adrs.engine.metering import CallMeter
from adrs.engine.proposals import ThreadedProposals
from adrs.engine.run import Run
from adrs.testing.archive_values import a_call, a_record

ANSWER = replace(
    a_call(), usage=Usage(prompt_tokens=70, completion_tokens=30), cost_usd=0.25, attempt=2
)


def meter_on(archive: MemoryArchive, on_move: Callable[[], None]) -> CallMeter:
    log = RunCalls(archive, "one")
    return CallMeter(log, archive.calls("one"), on_move)


def archive_with_run() -> MemoryArchive:
    archive = MemoryArchive()
    archive.create_run(a_record("one"))
    return archive


def test_attempts_are_kept_counted_and_announced() -> None:
    archive, moves = archive_with_run(), []
    meter = meter_on(archive, lambda: moves.append(1))
    meter.add(a_call(outcome=CallOutcome.TIMEOUT))
    meter.add(ANSWER)
    meter.add(replace(ANSWER, cost_usd=None, request=replace(ANSWER.request, model="x/y")))
    meter.add(replace(ANSWER, cached_from="two"))
    assert len(list(archive.calls("one"))) == len(moves) == 4
    assert meter.spending(in_flight=3) == Spending(
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
    meter_on(archive, lambda: None).add(ANSWER)
    again = meter_on(archive, lambda: None).spending()
    assert (again.calls, again.tokens, again.usd) == (1, 100, 0.25)


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


def test_a_run_tells_what_its_calls_took(bench: Any, never_stop: Any) -> None:
    archive = MemoryArchive()
    events: list[Event] = []
    source = bench.problem.initial.source

    def proposals(briefing: Any) -> ThreadedProposals:
        threaded = ThreadedProposals(slots=4)
        meter = CallMeter(RunCalls(archive, "test"), [], threaded.nudge)

        def propose(number: int) -> Proposal:
            meter.add(ANSWER)
            changed = source.replace("1.0", str(1.0 + number / 100))
            return Proposal(proposer="llm/openai/small", source=changed)

        threaded.start(lambda assignment: partial(propose, assignment.number), meter.spending)
        return threaded

    record = bench.record(evals=12, control=False)
    archive.create_run(record)
    staff = bench._staff(record, archive, 1, 0, events.append, never_stop)
    search = replace(
        staff.search,
        proposals=proposals,
        course=lambda first: ArrivalCourse(slots=4, workers=1, first=first),
    )
    run = Run(archive.run("test"), bench.problem, replace(staff, search=search))
    assert run.execute(resumed=False) is not None
    moved = [event.spending for event in events if isinstance(event, CallsMoved)]
    assert moved[0] == Spending()
    assert moved[-1].calls == 12
    assert all(one.calls < other.calls for one, other in pairwise(moved))
    assert type(events[-1]).__name__ == "RunEnded"
