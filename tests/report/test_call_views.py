"""What is shown of model calls while a run works."""

import io
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from rich.console import Console

from adrs.core.events import CallsMoved, Event, Phase, PhaseStarted, RunStarted, TrialTold
from adrs.core.run import ModelUse
from adrs.core.spending import ModelTraffic, Spending
from adrs.report.live.budgets import Clocked
from adrs.report.live.picture import picture
from adrs.report.live.plain import PlainView
from adrs.report.live.tally import Tally
from adrs.report.run.callpanel import step_lines

MakeBook = Callable[..., Any]
Tell = Callable[[Any], list[Event]]
USE = ModelUse(models=("openai/small:0.7", "openai/large@strong"), calls=60)
PROPOSER = "openai/small, openai/large"


def spending(calls: int, **changes: Any) -> Spending:
    """Spending after so many calls of 1,000 tokens and a cent, three quarters of the small one."""
    small = 3 * calls // 4
    known = Spending(
        calls=calls,
        tokens=1000 * calls,
        usd=0.01 * calls,
        in_flight=8,
        models=(
            ModelTraffic(model="openai/large", answered=calls - small, failed=calls // 10),
            ModelTraffic(model="openai/small", answered=small, failed=0),
        ),
    )
    return replace(known, **changes)


@pytest.fixture
def searching(make_book: MakeBook, tell: Tell) -> Callable[..., list[Event]]:
    """Make the events of a search of 40 trials, one call each, after `earlier` calls."""

    def make(earlier: int = 0, *, evals: int | None = None, **changes: Any) -> list[Event]:
        use = replace(USE, **{"calls": 60, **changes})
        book = make_book(models=use, proposer=PROPOSER, evals=evals)
        book.finished()
        events: list[Event] = []
        calls = earlier
        for event in tell(book):
            match event:
                case PhaseStarted(phase=Phase.SEARCH):
                    before = spending(calls, in_flight=0)
                    events += [replace(event, total=evals), CallsMoved(spending=before)]
                case TrialTold():
                    calls += 1
                    by = replace(event.trial.proposal, proposer="llm/openai/large")
                    trial = replace(event.trial, proposal=by)
                    events += [CallsMoved(spending=spending(calls)), replace(event, trial=trial)]
                case _:
                    events.append(event)
            if calls == earlier + 40:
                break
        return events

    return make


def drawn(
    events: list[Event], width: int = 100, height: int = 30, run_s: float = 12.0
) -> list[str]:
    tally = Tally()
    for event in events:
        tally.add(event)
    console = Console(file=io.StringIO(), width=width, force_terminal=True)
    clocked = Clocked(run_s=run_s, phase_s=10.0)
    return [x.plain for x in picture(tally, clocked, width=width, height=height, console=console)]


def line_of(lines: list[str], label: str) -> str:
    return next(line for line in lines if line.startswith(label))


def told(events: list[Event]) -> list[str]:
    start = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    ticks = iter(start + timedelta(seconds=n) for n in range(10_000))
    console = Console(file=io.StringIO(), width=80)
    with PlainView(console, now=lambda: next(ticks)) as view:
        for event in events:
            view(event)
    assert isinstance(console.file, io.StringIO)
    return [line.partition("Z ")[2] for line in console.file.getvalue().splitlines()]


def test_the_bar_is_of_calls_and_says_how_fast_they_go(searching: Any) -> None:
    line = drawn(searching())[2]
    assert line.endswith("40/60 calls   4.0 calls/s   3.7 evaluations/s   5.0 s left")
    assert line.count("━") > 8


def test_spend_stands_against_its_budgets(searching: Any) -> None:
    lines = drawn(searching(tokens=100_000, usd=0.8), 120)
    assert line_of(lines, "calls") == (
        "calls      8 in flight   4 failed   40,000/100,000 tokens   $0.40 of $0.80   "
        "37 evaluations"
    )


def test_models_have_their_part_of_the_answers_and_their_success(searching: Any) -> None:
    assert (
        "models     openai/large 25 % (71 % answered, 78 % valid, 4 gains)   "
        "openai/small 75 % (100 % answered)"
    ) in drawn(searching(), 120)


@pytest.mark.parametrize(
    ("budgets", "words"),
    [
        ({"tokens": 50_000}, "40,000/50,000 tokens"),
        ({"usd": 0.5}, "$0.40 of $0.50"),
        ({"calls": None, "usd": 8.0}, "$0.40 of $8.00"),
        ({"evals": 40}, "37/40 evaluations"),
        ({"calls": None}, "40 calls"),
    ],
)
def test_the_bar_is_of_the_budget_that_binds(
    searching: Any, budgets: dict[str, Any], words: str
) -> None:
    line = drawn(searching(**budgets))[2]
    assert re.match(rf"(━+  )?{re.escape(words)}   4.0 calls/s", line)
    assert line.startswith("━") == (budgets != {"calls": None})


def test_a_budget_of_time_may_bind(searching: Any) -> None:
    events = searching()
    index, started = next((i, e) for i, e in enumerate(events) if isinstance(e, RunStarted))
    config = replace(started.record.config, time_s=15.0)
    events[index] = replace(started, record=replace(started.record, config=config))
    lines = drawn(events)
    assert "12 s of 15 s   4.0 calls/s   3.7 evaluations/s   3.0 s left" in lines[2]
    assert "40/60 calls" in line_of(lines, "calls")


def test_speed_is_that_of_this_sitting(searching: Any) -> None:
    assert "4.0 calls/s" in drawn(searching(15))[2]
    assert "55/60 calls" in drawn(searching(15))[2]


def test_a_model_that_never_answers_is_seen(searching: Any) -> None:
    silent = Spending(in_flight=8, models=(ModelTraffic(model="x/y", answered=0, failed=3),))
    events = [*searching(), CallsMoved(spending=silent)]
    assert line_of(drawn(events), "models") == "models     x/y no answer yet, 3 failed"


def test_a_success_rate_is_whole_only_without_a_failure(searching: Any) -> None:
    nearly = Spending(calls=9999, models=(ModelTraffic(model="x/y", answered=9999, failed=1),))
    events = [*searching(), CallsMoved(spending=nearly)]
    assert line_of(drawn(events), "models") == "models     x/y 100 % (99.9 % answered)"


def test_unknown_prices_are_said(searching: Any) -> None:
    some = spending(40, usd=0.1, unpriced=7)
    lines = drawn([*searching(), CallsMoved(spending=some)])
    assert "$0.10 + 7 unpriced" in line_of(lines, "calls")
    assert "caution    the price of 7 of 40 calls is not known" in lines
    none = spending(40, usd=0.0, unpriced=40)
    assert "cost unknown" in line_of(drawn([*searching(), CallsMoved(spending=none)]), "calls")
    assert not any("caution" in line for line in drawn(searching()))


def test_a_replay_waits_for_no_calls(searching: Any) -> None:
    events = searching()
    index, started = next((i, e) for i, e in enumerate(events) if isinstance(e, RunStarted))
    config = replace(started.record.config, replays="calm-lynx")
    events[index] = replace(started, record=replace(started.record, config=config))
    events.append(CallsMoved(spending=Spending(reused=12)))
    lines = drawn(events, 120)
    assert "replay of calm-lynx" in lines[0]
    assert lines[2] == "37 evaluations   3.7/s"
    assert "12 reused" in line_of(lines, "calls")


@pytest.mark.parametrize(("width", "height"), [(40, 8), (79, 24), (120, 30), (200, 50)])
def test_the_picture_fits_its_terminal(searching: Any, width: int, height: int) -> None:
    lines = drawn(searching(tokens=100_000, usd=0.8), width, height)
    assert 5 <= len(lines) <= height
    assert max(map(len, lines)) <= width


@pytest.mark.parametrize("width", [1, 10, 20, 21, 29, 30, 31])
def test_a_narrow_and_tall_terminal_has_a_picture_too(searching: Any, width: int) -> None:
    lines = drawn(searching(), width, 60)
    assert len(lines) > 5
    assert max(map(len, lines)) <= width


def test_improvements_name_their_model(searching: Any) -> None:
    lines = drawn(searching())
    heading = next(i for i, line in enumerate(lines) if line.startswith(" trial"))
    assert lines[heading].split() == ["trial", "gain", "change", "model", "idea"]
    assert lines[heading + 1].split()[4] == "openai/large"


def test_a_gain_over_zero_is_told_in_the_unit_and_not_as_the_first(make_book: MakeBook) -> None:
    book = make_book(models=USE)
    summary = book.finished()
    step = replace(summary.steps[-1], score=-2.5, previous=0.0, change=None)
    [_, shown] = step_lines(replace(summary, steps=(step,)), 100)
    assert "−$2.50" in shown.plain
    assert "first" not in shown.plain


def test_plain_lines_tell_every_tenth_of_the_budget_that_binds(searching: Any) -> None:
    lines = told(searching(usd=0.5))
    tenths = [line for line in lines if re.match(r"search \d+ %", line)]
    assert [line.split()[1] for line in tenths] == [f"{n}0" for n in range(1, 9)]
    assert re.match(
        r"search 20 %: 10/60 calls, 10,000 tokens, \$0\.10 of \$0\.50, 9 evaluations, "
        r"1 failed attempt, [\d.]+ calls/(s|min), [\d.]+ evaluations/(s|min), [\d ms]+ left, "
        r"best \$111\.0, 7 ok",
        tenths[1],
    )
    assert lines[0].startswith(
        "started amber-fox: spot, adaptive, openai/small, openai/large, seed 1"
    )
    improvement = next(line for line in lines if "improvement #13" in line)
    assert "refine by openai/large: wait for spot" in improvement


def test_a_run_without_models_shows_nothing_of_calls(make_book: MakeBook, tell: Tell) -> None:
    book = make_book(evals=60)
    book.finished()
    assert not any("call" in line for line in [*drawn(tell(book)[:40]), *told(tell(book))])
