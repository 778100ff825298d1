"""From the initial program to the champion."""

import io
from typing import Any

import pytest
from rich.console import Console

from adrs.core.evaluation import Verdict
from adrs.core.run import Role
from adrs.core.scenario import Split
from adrs.report.program.lineage import Lineage, lineage, maker_of
from adrs.report.program.pedigree import render_lineage


def traced(shelf: Any, name: str = "one") -> Lineage:
    return lineage(shelf.archive, shelf.archive.run(name), shelf.facts)


@pytest.fixture
def tree(shelf: Any) -> Any:
    """start → 1 → 4 → 6 (champion); 2 and 5 branch off start, 3 off 1, 7 off 3."""
    shelf.begin("one")
    shelf.humans("one", (Split.TRAIN,))
    start = "start"
    shelf.trial("one", 1, [start], [105.0])
    shelf.trial("one", 2, [start], [200.0])
    shelf.trial("one", 3, ["p1"], [99.0])
    shelf.trial("one", 4, ["p1", start], [110.0])
    shelf.trial("one", 5, [start], None)
    shelf.trial("one", 6, ["p4", "p3", "p2"], [80.0], operator="crossover")
    shelf.trial("one", 7, ["p3"], [97.0])
    return shelf


def test_the_line_is_that_of_the_champions_parents(tree: Any) -> None:
    tree.conclude("one", "p6", trial=6)
    found = traced(tree)
    assert [a.trial for a in found.ancestors] == [None, 1, 4, 6]
    assert (found.end, found.improved, found.trials) == ("champion", True, 7)
    first, *_, last = found.ancestors
    assert (first.idea, first.score) == ("initial program", 110.0)
    assert last.mates == (3, 2)
    assert [a.change for a in found.ancestors[1:]] == pytest.approx([-5 / 110, 5 / 105, -30 / 110])
    assert [a.gain for a in found.ancestors] == [None, True, False, True]


def test_dead_branches_are_counted_where_they_leave(tree: Any) -> None:
    tree.conclude("one", "p6", trial=6)
    folded = [(a.folded, a.folded_best) for a in traced(tree).ancestors]
    assert folded == [(2, 200.0), (2, 97.0), (0, None), (0, None)]
    found = traced(tree)
    assert sum(a.folded for a in found.ancestors) + 3 == found.trials


def test_a_shortened_champion_ends_the_line_of_its_trial(tree: Any) -> None:
    tree.assess("one", Role.CHAMPION, "short", Split.TRAIN, [80.0])
    tree.conclude("one", "short", trial=6)
    *_, made, short = traced(tree).ancestors
    assert made.trial == 6
    assert (short.trial, short.idea, short.change) == (None, "made shorter", 0.0)
    record = tree.archive.run("one")
    assert maker_of(tree.archive, record, short.program_id) is not None


def test_a_run_without_improvement_is_traced_from_the_best_found(tree: Any) -> None:
    """Its conclusion names no trial; the candidate that was picked is valid on stress."""
    tree.assess("one", Role.CANDIDATE, "p7", Split.STRESS, [1.0])
    tree.conclude("one", "shorter p7", improved=False)
    found = traced(tree)
    assert (found.end, found.improved) == ("best found", False)
    assert [a.trial for a in found.ancestors] == [None, 1, 3, 7, None]
    record = tree.archive.run("one")
    maker = maker_of(tree.archive, record, found.ancestors[-1].program_id)
    assert maker is not None
    assert maker.number == 7


def test_a_candidate_that_fails_on_stress_is_not_where_the_best_came_from(tree: Any) -> None:
    failed = {"verdict": Verdict.INVALID, "score": None}
    tree.assess("one", Role.CANDIDATE, "p4", Split.STRESS, [1.0], **failed)
    tree.assess("one", Role.CANDIDATE, "p7", Split.STRESS, [1.0])
    tree.conclude("one", "shorter p7", improved=False)
    assert [a.trial for a in traced(tree).ancestors] == [None, 1, 3, 7, None]


def test_a_trial_that_repeats_a_humans_program_did_not_make_it(tree: Any) -> None:
    record = tree.archive.run("one")
    (good,) = {
        made.evaluation.program_id
        for made in tree.archive.assessments("one", roles=(Role.BASELINE,))
        if made.label == "good"
    }
    tree.trial("one", 8, ["p7"], None, name="good", evaluation=None, duplicate_of=good)
    assert maker_of(tree.archive, record, good) is None


def test_changes_of_scores_below_zero_have_the_sign_of_the_change(shelf: Any) -> None:
    shelf.begin("one")
    shelf.assess("one", Role.INITIAL, "start", Split.TRAIN, [-100.0])
    shelf.trial("one", 1, ["start"], [-110.0])
    shelf.trial("one", 2, ["p1"], [-99.0])
    shelf.trial("one", 3, ["p2"], [-120.0])
    found = traced(shelf).ancestors[1:]
    assert [a.change for a in found] == pytest.approx([-0.1, 0.1, -21 / 99])
    assert [a.gain for a in found] == [True, False, True]


def test_an_unfinished_run_is_traced_from_the_best_so_far(tree: Any) -> None:
    found = traced(tree)
    assert found.end == "best so far"
    assert found.ancestors[-1].trial == 6


def test_a_program_whose_parent_is_unknown_starts_the_line(shelf: Any) -> None:
    shelf.begin("one")
    shelf.trial("one", 1, ["nobody"], [50.0])
    first, last = traced(shelf).ancestors
    assert (first.trial, first.idea, first.score) == (None, "a program of no trial", None)
    assert (last.trial, last.change, last.gain) == (1, None, None)


def test_a_record_that_goes_round_ends(shelf: Any) -> None:
    shelf.begin("one")
    shelf.trial("one", 1, ["p2"], [50.0])
    shelf.trial("one", 2, ["p1"], [40.0])
    assert [a.trial for a in traced(shelf).ancestors] == [None, 1, 2]


def test_a_run_without_valid_trials_says_so(shelf: Any, sheet: Any) -> None:
    shelf.begin("one")
    shelf.humans("one", (Split.TRAIN,))
    shelf.trial("one", 1, ["start"], None)
    console = sheet()
    render_lineage(traced(shelf), console)
    assert traced(shelf).ancestors == ()
    assert "none of 1 trial gave a program with a score." in console.file.getvalue()


def test_a_search_whose_better_programs_fail_elsewhere_is_not_said_to_have_none(
    tree: Any, sheet: Any
) -> None:
    tree.conclude("one", "start", improved=False)
    console = sheet(200)
    render_lineage(traced(tree), console)
    said = "No lineage: none of 7 trials gave a program that is valid everywhere and acts different"
    assert said in console.file.getvalue()


def test_the_line_is_told_in_words(tree: Any, sheet: Any) -> None:
    def told(name: str) -> str:
        console = sheet(200)
        render_lineage(traced(tree, name), console)
        return str(console.file.getvalue())

    tree.conclude("one", "p6", trial=6)
    words = "3 steps of 7 trials lead to the champion; the other 4 branch off and lead elsewhere."
    assert words in told("one")
    tree.begin("two")
    tree.humans("two", (Split.TRAIN,))
    tree.trial("two", 1, ["start"], [80.0])
    assert "1 step of 1 trial leads to the best so far. Whole programs" in told("two")
    tree.trial("two", 2, ["start"], [90.0])
    words = "1 step of 2 trials leads to the best so far; the other one branches off and leads else"
    assert words in told("two")


@pytest.mark.parametrize("width", [60, 80, 200])
def test_one_line_a_program(tree: Any, sheet: Any, width: int) -> None:
    tree.conclude("one", "p6", trial=6)
    console = sheet(width)
    render_lineage(traced(tree), console)
    lines = console.file.getvalue().splitlines()
    assert max(map(len, lines)) <= width
    starts = [line.split()[:2] for line in lines if line[1:2] in ("●", "├", "╰")]
    assert starts == [["●", "start"], ["├─", "#1"], ["├─", "#4"], ["╰─", "#6"]]
    assert "champion: idea 6" in console.file.getvalue()
    if width >= 80:
        assert "swap ×#3 ×#2" in console.file.getvalue()
        assert "+2" in console.file.getvalue()


def test_without_box_characters_it_is_drawn_in_ascii(tree: Any) -> None:
    tree.conclude("one", "p6", trial=6)
    raw = io.BytesIO()
    file = io.TextIOWrapper(raw, encoding="ascii", write_through=True)
    render_lineage(traced(tree), Console(file=file, width=80, color_system=None))
    text = raw.getvalue().decode("ascii")
    assert "?" not in text
    assert "* start" in text
    assert "+- #6" in text


@pytest.mark.parametrize("width", [20, 40, 60])
def test_a_narrow_one_is_cut_in_ascii_too(tree: Any, width: int) -> None:
    tree.conclude("one", "p6", trial=6)
    raw = io.BytesIO()
    file = io.TextIOWrapper(raw, encoding="ascii", write_through=True)
    render_lineage(traced(tree), Console(file=file, width=width))
    assert max(map(len, raw.getvalue().decode("ascii").splitlines())) <= width
