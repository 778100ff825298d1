"""What is shown while a run works."""

import io
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from rich.console import Console

from adrs.core.evaluation import Verdict
from adrs.core.events import (
    Event,
    Phase,
    PhaseStarted,
    RunEnded,
    RunStarted,
    TrialTold,
    Warned,
)
from adrs.core.run import RunRecord
from adrs.report.live.picture import Clocked, picture
from adrs.report.live.plain import PlainView, QuietView
from adrs.report.live.tally import Tally
from adrs.report.live.view import LiveView, make_view

MakeBook = Callable[..., Any]
Tell = Callable[[Any], list[Event]]
ESCAPES = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]")


@pytest.fixture
def events(make_book: MakeBook, tell: Tell) -> list[Event]:
    book = make_book(evals=60)
    book.finished()
    return tell(book)


def terminal(width: int = 80, height: int = 24) -> Console:
    return Console(
        file=io.StringIO(), width=width, height=height, force_terminal=True, color_system="standard"
    )


def output(console: Console) -> str:
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def clock() -> Callable[[], datetime]:
    def ticks() -> Iterator[datetime]:
        now = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
        while True:
            yield now
            now += timedelta(seconds=1)

    ticking = ticks()
    return lambda: next(ticking)


def picture_lines(events: list[Event], width: int, height: int) -> list[str]:
    tally = Tally()
    for event in events:
        tally.add(event)
    clocked = Clocked(run_s=12.0, phase_s=10.0)
    console = terminal(width, height)
    lines = picture(tally, clocked, width=width, height=height, console=console)
    return [line.plain for line in lines]


def during(events: list[Event], phase: Phase, trials: int) -> list[Event]:
    """The events up to the given number of trials of a phase."""
    start = next(
        i for i, e in enumerate(events) if isinstance(e, PhaseStarted) and e.phase is phase
    )
    return events[: start + 1 + trials]


@pytest.mark.parametrize(("width", "height"), [(80, 24), (200, 50), (40, 8), (100, 30)])
@pytest.mark.parametrize("phase", [Phase.SEARCH, Phase.CONTROL])
def test_the_picture_fits_its_terminal(
    events: list[Event], width: int, height: int, phase: Phase
) -> None:
    lines = picture_lines(during(events, phase, 40), width, height)
    assert 5 <= len(lines) <= height
    assert max(map(len, lines)) <= width


def test_the_picture_shows_progress_best_counts_and_last_improvements(events: list[Event]) -> None:
    lines = picture_lines(during(events, Phase.SEARCH, 40), 80, 24)
    assert lines[0] == "spot  amber-fox   adaptive · mutator/ast@1 · seed 1"
    assert "▸search" in lines[1]
    assert lines[2].endswith("37/60 evaluations   3.7/s   6.2 s left")
    assert "$92.5  (Uniform Progress $98.9)" in lines[3]
    assert lines[4] == "ok 31   invalid 4   exception 2   duplicate 3   niches 4   last gain 3 ago"
    assert lines[7] == "   #37  −6.2 %  constants  wait for spot while there is slack"
    assert [line.split()[0] for line in lines[7:]] == ["#37", "#25", "#13", "#1"]


def test_a_tuners_tries_count_as_evaluations(events: list[Event]) -> None:
    tally = Tally()
    for event in events[: events.index(next(e for e in events if isinstance(e, TrialTold))) + 1]:
        tally.add(event)
    told = next(e for e in events if isinstance(e, TrialTold) and e.trial.number > 0)
    before = tally.phase_done
    tally.add(replace(told, trial=replace(told.trial, number=99, tried=30)))
    assert tally.phase_done - before == 31


def test_a_budget_of_time_fills_the_bar(make_book: MakeBook, tell: Tell) -> None:
    book = make_book(evals=None)
    book.finished()
    first, *rest = during(tell(book), Phase.SEARCH, 20)
    assert isinstance(first, RunStarted)
    config = replace(first.record.config, time_s=48.0)
    started = replace(first, record=replace(first.record, config=config))
    line = picture_lines([started, *rest], 80, 24)[2]
    assert line.endswith("18 evaluations   1.8/s   36 s left")
    assert line.count("━") > 8


def test_few_lines_leave_the_newest_improvements(events: list[Event]) -> None:
    lines = picture_lines(during(events, Phase.SEARCH, 40), 80, 9)
    assert [line.split()[0] for line in lines[7:]] == ["#37", "#25"]


def test_the_control_stands_below_the_search(events: list[Event]) -> None:
    lines = picture_lines(during(events, Phase.CONTROL, 30), 100, 30)
    assert lines[3].startswith("best ")
    assert lines[4].startswith("control ")
    assert len(lines[4].split()[1]) < len(lines[3].split()[1])


def test_a_run_without_a_valid_program_has_a_picture(events: list[Event]) -> None:
    bare: list[Event] = [e for e in events if isinstance(e, RunStarted | PhaseStarted)]
    assert "none yet" in picture_lines(bare, 80, 24)[3]


def test_the_live_view_restores_the_terminal(events: list[Event]) -> None:
    console = terminal()

    def break_off() -> None:
        with LiveView(console, refreshes_per_s=0) as view:
            for event in events[:30]:
                view(event)
            view.refresh()
            raise KeyError

    with pytest.raises(KeyError):
        break_off()
    text = output(console)
    assert "amber-fox" in text
    assert text.count("\x1b[?25l") == text.count("\x1b[?25h") == 1
    assert text.rindex("\x1b[?25h") > text.rindex("amber-fox")


def test_the_live_view_draws_only_when_it_refreshes(events: list[Event]) -> None:
    console = terminal()
    with LiveView(console, refreshes_per_s=0) as view:
        before = len(output(console))
        for event in events[:60]:
            view(event)
        assert len(output(console)) == before


def test_warnings_outlive_the_picture_and_are_not_obeyed(events: list[Event]) -> None:
    console = terminal()
    with LiveView(console, refreshes_per_s=0) as view:
        for event in events:
            view(event)
    assert "warning: 3 repeats differ [red] [2J" in ESCAPES.sub("", output(console))


def test_a_resized_terminal_is_drawn_anew(events: list[Event]) -> None:
    console = terminal(100, 30)
    with LiveView(console, refreshes_per_s=0) as view:
        for event in events[:50]:
            view(event)
        view.refresh()
        start = len(output(console))
        console.size = (60, 20)
        view.refresh()
        redrawn = output(console)[start:]
    assert "\x1b[2J" in redrawn
    assert max(map(len, ESCAPES.sub("", redrawn).splitlines())) < 60


def plain_lines(events: list[Event]) -> list[str]:
    console = Console(file=io.StringIO(), width=40)
    with PlainView(console, now=clock()) as view:
        for event in events:
            view(event)
    return output(console).splitlines()


def test_plain_lines_have_a_time_and_no_colour_and_are_never_broken(events: list[Event]) -> None:
    lines = plain_lines(events)
    assert all(re.match(r"2026-01-02T03:0\d:\d\dZ \S", line) for line in lines)
    assert not any("\x1b" in line for line in lines)
    assert max(map(len, lines)) > 80


def test_plain_lines_tell_every_improvement_and_every_tenth(events: list[Event]) -> None:
    lines = [line.partition("Z ")[2] for line in plain_lines(events)]
    improvements = [line for line in lines if line.startswith("search improvement")]
    assert [line.split()[2] for line in improvements] == ["#1:", "#13:", "#25:", "#37:", "#49:"]
    assert improvements[1] == (
        "search improvement #13: cost $104.9 (−5.5 %), refine: wait for spot while there is slack"
    )
    tenths = [line for line in lines if re.match(r"search \d+ %", line)]
    assert [int(line.split()[1]) for line in tenths] == [10, 20, 30, 40, 50, 60, 70, 80, 90]
    assert tenths[0] == (
        "search 10 %: 6 of 60 evaluations, best $111.0, 4 ok, 1 invalid, 1 exception, 1 duplicate"
    )
    assert lines[0].startswith(
        "started amber-fox: spot, adaptive, mutator/ast@1, seed 1, 2 workers"
    )
    assert lines[-2:] == ["warning: 3 repeats differ [red] [2J", "finished, improved: because"]


def test_replayed_trials_are_counted_not_told(events: list[Event]) -> None:
    resumed = [
        replace(e, replayed=True) if isinstance(e, TrialTold) and e.trial.number <= 40 else e
        for e in during(events, Phase.SEARCH, 60)
    ]
    lines = [line.partition("Z ")[2] for line in plain_lines(resumed)]
    told = [line for line in lines if line.startswith("search ")]
    assert told[0].startswith("search 70 %: 42 of 60")
    assert [line.split()[2] for line in told if "improvement" in line] == ["#49:"]


def test_a_budget_of_time_has_tenths_too(make_book: MakeBook, tell: Tell) -> None:
    book = make_book(evals=None)
    book.finished()

    def timed(record: RunRecord) -> RunRecord:
        return replace(record, config=replace(record.config, time_s=100.0))

    events = [
        replace(e, record=timed(e.record)) if isinstance(e, RunStarted) else e for e in tell(book)
    ]
    lines = [line.partition("Z ")[2] for line in plain_lines(events)]
    assert any(line.startswith("search 50 %: ") for line in lines)


def test_a_stopped_run_names_the_command_that_goes_on(events: list[Event]) -> None:
    last = events[-1]
    assert isinstance(last, RunEnded)
    stopped = RunEnded(record=last.record, conclusion=None)
    assert plain_lines([*events[:-1], stopped])[-1].endswith(
        "stopped: adrs resume amber-fox goes on from here"
    )


def test_the_quiet_view_shows_warnings_alone(events: list[Event]) -> None:
    console = Console(file=io.StringIO(), width=80)
    with QuietView(console) as view:
        for event in events:
            view(event)
    assert output(console) == "warning: 3 repeats differ [red] [2J\n"


def test_the_view_suits_the_place() -> None:
    pipe = Console(file=io.StringIO(), width=80)
    assert isinstance(make_view(pipe, quiet=False), PlainView)
    assert isinstance(make_view(terminal(), quiet=False), LiveView)
    assert isinstance(make_view(terminal(), quiet=True), QuietView)


def test_the_live_view_draws_by_itself(events: list[Event]) -> None:
    console = terminal()
    with make_view(console, quiet=False) as view:
        for event in events[:30]:
            view(event)
    assert "amber-fox" in output(console)  # drawn at the latest on leaving


def test_a_warning_before_anything_else_is_shown() -> None:
    console = terminal()
    LiveView(console, refreshes_per_s=0)(Warned(message="weak sandbox"))
    assert "warning: weak sandbox" in output(console)


@pytest.fixture
def alarmed(make_book: MakeBook, tell: Tell) -> list[Event]:
    """A search in which trials 4 and 8 are better than the bound."""
    book = make_book(evals=60)
    book.finished()

    def alarm(event: Event) -> Event:
        if not isinstance(event, TrialTold) or event.trial.number not in (4, 8):
            return event
        detail = f"cost {event.trial.number} is better than the bound"
        trial = book.trial(event.trial.number, verdict=Verdict.IMPOSSIBLE, detail=detail)
        return replace(event, trial=trial, improved=False)

    return [alarm(event) for event in during(tell(book), Phase.SEARCH, 20)]


def test_the_picture_shows_scores_above_a_bound(alarmed: list[Event]) -> None:
    (line,) = [x for x in picture_lines(alarmed, 120, 24) if "IMPOSSIBLE" in x]
    assert line.startswith("IMPOSSIBLE 2   first search trial 4, program ")
    assert line.endswith(" on train: cost 4 is better than the bound")


def test_the_plain_view_tells_the_first_score_above_a_bound(alarmed: list[Event]) -> None:
    (line,) = [x for x in plain_lines(alarmed) if "IMPOSSIBLE" in x]
    assert "IMPOSSIBLE: better than a proven bound: search trial 4, program " in line
    assert any("2 impossible" in x for x in plain_lines(alarmed))
