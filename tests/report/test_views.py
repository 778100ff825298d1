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
from adrs.core.isolation import IsolationLevel
from adrs.core.run import RunRecord
from adrs.report.live.budgets import Clocked
from adrs.report.live.lines import listed
from adrs.report.live.picture import picture
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


class Screen(io.StringIO):
    """Where a terminal writes."""

    def isatty(self) -> bool:
        return True


def terminal(width: int = 80, height: int = 24) -> Console:
    return Console(
        file=Screen(), width=width, height=height, force_terminal=True, color_system="standard"
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
    assert lines[0] == "spot  amber-fox   adaptive · seed 1 · isolation L3 · mutator/ast@1"
    assert "▸search" in lines[1]
    assert lines[2].endswith("37/60 evaluations   3.7/s   6.2 s left")
    assert "$92.5  (Uniform Progress $98.9)" in lines[3]
    assert lines[4] == "verdicts   ok 31   invalid 4   exception 2   duplicate 3   niches 4"
    assert lines[5] == "           last gain 3 evaluations ago"
    assert lines[9] == "   #37  −6.2 %  constants  wait for spot while there is slack"
    assert [line.split()[0] for line in lines[9:]] == ["#37", "#25", "#13", "#1"]


def test_a_single_group_of_programs_is_no_niche(events: list[Event]) -> None:
    alone = [replace(e, niches=1) if isinstance(e, TrialTold) else e for e in events]
    lines = picture_lines(during(alone, Phase.SEARCH, 40), 80, 24)
    assert "ok 31" in lines[4]
    assert not any("niches" in line for line in lines)


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
    lines = picture_lines(during(events, Phase.SEARCH, 40), 80, 11)
    assert [line.split()[0] for line in lines[9:]] == ["#37", "#25"]


@pytest.mark.parametrize("width", [20, 40, 60])
def test_a_narrow_picture_is_cut_in_ascii_too(events: list[Event], width: int) -> None:
    tally = Tally()
    for event in during(events, Phase.SEARCH, 40):
        tally.add(event)
    clocked = Clocked(run_s=12.0, phase_s=10.0)
    console = Console(file=io.TextIOWrapper(io.BytesIO(), encoding="ascii"), width=width)
    lines = picture(tally, clocked, width=width, height=30, console=console)
    assert all(line.plain.isascii() and len(line.plain) <= width for line in lines)


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
    assert re.fullmatch(
        r"search 10 %: 6 of 60 evaluations, [\d.]+/(s|min), [\d ms]+ left, best \$111\.0, "
        "4 ok, 1 invalid, 1 exception, 1 duplicate",
        tenths[0],
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


def test_a_stopped_run_says_that_nothing_is_lost(events: list[Event]) -> None:
    last = events[-1]
    assert isinstance(last, RunEnded)
    stopped = RunEnded(record=last.record, conclusion=None)
    assert plain_lines([*events[:-1], stopped])[-1].endswith("stopped; what was done is kept")


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
    colourful_log = Console(file=io.StringIO(), width=80, force_terminal=True)
    assert isinstance(make_view(colourful_log, quiet=False), PlainView)


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


def line_of(lines: list[str], label: str) -> str:
    return next(line for line in lines if line.startswith(label))


def test_operators_have_their_part_of_the_trials_and_their_success(events: list[Event]) -> None:
    lines = picture_lines(during(events, Phase.SEARCH, 40), 80, 24)
    assert line_of(lines, "operators") == "operators  refine 100 % (78 % valid, 4 gains)"


def test_a_tall_terminal_has_a_plot_of_the_best_so_far(events: list[Event]) -> None:
    lines = picture_lines(during(events, Phase.CONTROL, 30), 120, 50)
    top = lines.index("best so far, on train  (Uniform Progress $98.9)") + 1
    assert lines[top].split()[0] == "$86.4"
    assert any("━" in line and "┏" in line for line in lines[top : top + 6])
    assert [line.split()[1] for line in lines if line.startswith(("━━ ", "── "))] == [
        "search",
        "control",
    ]
    assert not any("▁" in line for line in lines)


def test_a_weak_sandbox_is_a_lasting_caution(make_book: MakeBook, tell: Tell) -> None:
    book = make_book(isolation=IsolationLevel.L0)
    book.finished()
    lines = picture_lines(during(tell(book), Phase.SEARCH, 5), 120, 24)
    assert line_of(lines, "caution").startswith("caution    held-out not scored: isolation L0")


@pytest.fixture
def leaping(make_book: MakeBook, tell: Tell) -> list[Event]:
    """A search whose eighth trial is at the bound, almost."""
    book = make_book(evals=60, noise=0.002)
    book.finished()

    def leap(event: Event) -> Event:
        if not isinstance(event, TrialTold) or event.trial.number != 8:
            return event
        trial = book.trial(8, factor=0.79)
        return replace(event, trial=trial, improved=True, best_score=trial.score)

    return [leap(event) for event in during(tell(book), Phase.SEARCH, 20)]


def test_the_picture_asks_to_look_at_a_jump(leaping: list[Event]) -> None:
    found = line_of(picture_lines(leaping, 80, 24), "look")
    assert re.fullmatch(
        r"look       1 jump, #8: \d+\.\d times nearer to the bound in the median scenario", found
    )


def test_the_plain_view_asks_to_look_at_a_jump_once(leaping: list[Event]) -> None:
    (line,) = [x for x in plain_lines(leaping) if "for a human look" in x]
    assert "of trial 8 brings the median scenario" in line


def test_jumps_of_earlier_sittings_are_counted_not_told(leaping: list[Event]) -> None:
    again = [replace(e, replayed=True) if isinstance(e, TrialTold) else e for e in leaping]
    assert not any("for a human look" in line for line in plain_lines(again))
    assert line_of(picture_lines(again, 80, 24), "look").startswith("look       1 jump")


def test_parts_without_room_are_counted() -> None:
    parts = [f"{name} 20 % (100 % valid)" for name in ("refine", "rewrite", "fix", "tune", "x")]
    lines = [line.plain for line in listed("operators", parts, 60, most=2)]
    assert lines == [
        "operators  refine 20 % (100 % valid)",
        "           rewrite 20 % (100 % valid)   + 3 more",
    ]
    assert [line.plain for line in listed("operators", parts[:1], 60)] == lines[:1]


def test_the_last_line_makes_room_for_the_count() -> None:
    lines = [line.plain for line in listed("models", ["a" * 20, "b" * 20, "c" * 60], 60, most=1)]
    assert lines == [f"models     {'a' * 20}   + 2 more"]


def test_a_long_title_takes_two_lines(make_book: MakeBook, tell: Tell) -> None:
    book = make_book(proposer="vendor/a-long-name-of-a-model, vendor/another-one, x/y")
    book.finished()
    lines = picture_lines(during(tell(book), Phase.SEARCH, 5), 80, 24)
    assert lines[:2] == [
        "spot  amber-fox",
        "adaptive · seed 1 · isolation L3 · vendor/a-long-name-of-a-model, vendor/anothe…",
    ]
    assert "▸search" in lines[2]


def test_without_colour_the_live_view_has_no_styles(events: list[Event]) -> None:
    console = Console(file=io.StringIO(), width=80, force_terminal=True, no_color=True)
    with LiveView(console, refreshes_per_s=0) as view:
        for event in events[:60]:
            view(event)
        view.refresh()
    assert "#37" in output(console)
    assert not re.search(r"\x1b\[[0-9;]*m", output(console))


def test_the_end_of_a_search_leaves_no_time(events: list[Event]) -> None:
    nearly = during(events, Phase.SEARCH, 60)
    line = picture_lines(nearly, 120, 24)[2]
    assert "55/60 evaluations" in line
    assert "left" in line
    told = [e for e in nearly if isinstance(e, TrialTold) and e.trial.evaluation is not None]
    line = picture_lines([*nearly, *told[:5]], 120, 24)[2]
    assert "60/60 evaluations" in line
    assert "left" not in line
