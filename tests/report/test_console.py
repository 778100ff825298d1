"""The report as it is printed."""

import io
import re
import shlex
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from rich.console import Console

from adrs.core.evaluation import Verdict
from adrs.core.scenario import Split
from adrs.report.run.console import render_report

MakeBook = Callable[..., Any]

GOLDEN_80 = """\
 cost (lower is better)  validation  held-out  shifted  headroom
 ──────────────────────────────────────────────────────────────────────────
 on-demand                   $139.0    $134.7   $137.6  −165 %
 greedy (initial)            $120.1    $116.5   $118.9  −82 %
 Uniform Progress            $101.7     $98.8   $100.7  0 %
 control: random edits        $92.9     $90.0    $91.8  ███▎ 40 % [39, 42]
 champion                     $88.6     $86.0    $87.7  ████▊ 59 % [57, 60]
 ──────────────────────────────────────────────────────────────────────────
 proven bound                 $79.4     $77.0    $78.6  ████████ 100 %
"""
GOLDEN_120 = """\
 cost (lower is better)   train  validation  held-out  shifted  headroom closed, held-out
 ────────────────────────────────────────────────────────────────────────────────────────
 on-demand               $136.1      $139.0    $134.7   $137.6  −165 %
 greedy (initial)        $116.9      $120.1    $116.5   $118.9  −82 %
 Uniform Progress         $98.9      $101.7     $98.8   $100.7  0 %
 control: random edits    $90.5       $92.9     $90.0    $91.8  ███████▎ 40 % [39, 42]
 champion                 $86.3       $88.6     $86.0    $87.7  ██████████▋ 59 % [57, 60]
 ────────────────────────────────────────────────────────────────────────────────────────
 proven bound             $77.4       $79.4     $77.0    $78.6  ██████████████████ 100 %
"""


def printed(summary: Any, console: Console) -> str:
    render_report(summary, console)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


@pytest.mark.parametrize(("width", "golden"), [(80, GOLDEN_80), (120, GOLDEN_120)])
def test_the_table_fits_its_terminal(
    make_book: MakeBook, paper: Callable[[int], Console], width: int, golden: str
) -> None:
    assert golden in printed(make_book().finished(), paper(width))


@pytest.mark.parametrize("width", [64, 72, 80, 88])
@pytest.mark.parametrize("place", ["plain", "my lab/a b.db", "it's two  blanks", "größe/ü.db"])
def test_a_command_can_be_copied_whole_whatever_its_paths(
    make_book: MakeBook, paper: Callable[[int], Console], place: str, width: int
) -> None:
    words = ["adrs", "run", f"/home/lab/{place}", "--evals", "8000", "--archive"]
    words.append(f"/data/of ours/{place}")
    summary = make_book().finished()
    told = replace(summary, run=replace(summary.run, next=(shlex.join(words),)))
    text = printed(told, paper(width))
    command = text[text.rindex("adrs run") :].replace("\\\n", "")  # as a shell takes it
    assert shlex.split(command) == words


def test_the_verdict_comes_first_and_the_next_step_last(
    make_book: MakeBook, paper: Callable[[int], Console]
) -> None:
    lines = printed(make_book().finished(), paper(100)).splitlines()
    assert lines[0].startswith("spot  amber-fox   adaptive · seed 1 · mutator/ast@1, no language")
    assert lines[2].startswith("Improved on held-out workloads: cost 12.9 % below")
    assert lines[-1] == (
        "saved      runs/amber-fox/best.py   next  "
        "adrs diff amber-fox · adrs report amber-fox --json"
    )
    # What was found is seen on one screen of 30 lines, with its pictures; the facts come below.
    assert 20 < next(n for n, line in enumerate(lines) if line.startswith("integrity")) < 30


@pytest.mark.parametrize("width", [60, 80, 100, 120, 200])
def test_every_kind_of_run_fits_every_width(
    kinds: dict[str, Any], paper: Callable[[int], Console], width: int
) -> None:
    for name, summary in kinds.items():
        text = printed(summary, paper(width))
        lines = text.splitlines()
        assert max(map(len, lines)) <= width, name
        assert summary.verdict.sentence in " ".join(text.split()), name
        for row in summary.rows:
            assert sum(line.startswith(f" {row.title}") for line in lines) == 1, name
        assert not re.search(r"\bnan\b|\bNone\b|\binf\b", text), name


def test_colour_never_carries_what_words_do_not(make_book: MakeBook) -> None:
    summary = make_book().finished()
    colour = Console(file=io.StringIO(), width=100, force_terminal=True, color_system="standard")
    plain = Console(file=io.StringIO(), width=100, force_terminal=True, no_color=True)
    coloured, uncoloured = printed(summary, colour), printed(summary, plain)
    assert "\x1b[" not in uncoloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == uncoloured
    assert "\x1b[1;32mchampion" in coloured
    assert "\x1b[33mcontrol: random edits" in coloured
    assert "\x1b[2mproven bound" in coloured


def test_what_was_switched_stands_beside_the_strategy(
    make_book: MakeBook, paper: Callable[[int], Console]
) -> None:
    summary = make_book().finished()
    changed = replace(summary.setup, also=("failures",), without=("racing", "niches"))
    shown = printed(replace(summary, setup=changed), paper(100))
    assert "adaptive with failures without racing without niches · seed 1" in shown


def test_what_a_candidate_wrote_is_printed_harmlessly(
    make_book: MakeBook, paper: Callable[[int], Console]
) -> None:
    book = make_book()
    book.humans((Split.TRAIN,))
    evil = "[bold]x[/bold]\x1b[2J\x07" + "y" * 300
    book.archive.add_trial("amber-fox", book.trial(1, verdict=Verdict.EXCEPTION, detail=evil))
    text = printed(book.summary(), paper(80))
    assert "\x1b" not in text
    assert "exception: [bold]x[/bold]" in text


def test_a_score_above_a_bound_has_a_red_line_of_its_own(
    make_book: MakeBook, paper: Callable[[int], Console]
) -> None:
    book = make_book()
    book.humans((Split.TRAIN,))
    for number in (4, 6):
        detail = f"cost {number} is better than the proven bound 9"
        alarm = book.trial(number, name=f"p{number}", verdict=Verdict.IMPOSSIBLE, detail=detail)
        book.archive.add_trial("amber-fox", alarm)
    summary = book.summary()
    first = summary.integrity.first_above_bound.program_id
    for width in (60, 120):
        text = " ".join(printed(summary, paper(width)).split())
        assert (
            f"IMPOSSIBLE 2 evaluations better than a proven bound, the first search trial 4, "
            f"program {first} on train: cost 4 is better than the proven bound 9. Find out why"
        ) in text
    colour = Console(file=io.StringIO(), width=100, force_terminal=True, color_system="standard")
    assert "\x1b[1;31mIMPOSSIBLE" in printed(summary, colour)
    assert "IMPOSSIBLE" not in printed(make_book().finished(), paper(100))


def test_the_integrity_names_the_held_out_set_and_what_was_evaluated_twice(
    make_book: MakeBook, paper: Callable[[int], Console]
) -> None:
    book = make_book()
    book.humans((Split.TRAIN,))
    for number in (1, 2, 3):
        made = book.trial(number, name=f"p{number}", factor=1.1)
        twice = replace(made, evaluation=replace(made.evaluation, repeated=number > 1))
        book.archive.add_trial("amber-fox", twice)
    text = " ".join(printed(book.summary(), paper(100)).split())
    assert "2 evaluated twice, all agree" in text
    assert "held-out set public" in text
    differs = book.trial(4, name="p4", verdict=Verdict.NONDETERMINISTIC, detail="it differs")
    book.archive.add_trial("amber-fox", differs)
    text = " ".join(printed(book.summary(), paper(100)).split())
    assert "3 evaluated twice, 1 differed (nondeterministic)" in text


@pytest.mark.parametrize("width", [20, 40, 60])
def test_every_kind_of_run_is_cut_in_ascii_too(kinds: dict[str, Any], width: int) -> None:
    for name, summary in kinds.items():
        raw = io.BytesIO()
        file = io.TextIOWrapper(raw, encoding="ascii", write_through=True)
        render_report(summary, Console(file=file, width=width))
        assert max(map(len, raw.getvalue().decode("ascii").splitlines())) <= width, name
