"""Who is ranked, in which order, and who is left out."""

import io
from typing import Any

import pytest

from adrs.core.run import Role
from adrs.core.scenario import Split
from adrs.errors import UsageError
from adrs.report.run.model import RowKind
from adrs.report.runs.leaderboard import Leaderboard, field_of, leaderboard, runs_of
from adrs.report.runs.standings import render_leaderboard


def ranked(shelf: Any, *, like: str | None = None) -> Leaderboard:
    records = runs_of(shelf.archive.runs(), "spot")
    measure = None if like is None else shelf.archive.run(like)
    field = field_of(shelf.archive, records, like=measure)
    return leaderboard(shelf.archive, field, shelf.facts, "spot")


def test_runs_and_baselines_are_ranked_together(shelf: Any) -> None:
    shelf.finished("one", [80.0, 85.0, 90.0], control=[95.0, 96.0, 97.0])
    shelf.finished("two", [70.0, 75.0, 80.0], config={"seed": 7})
    board = ranked(shelf)
    assert [(s.rank, s.name) for s in board.standings] == [
        (1, "two"),
        (2, "one"),
        (3, "good"),
        (4, "initial"),
        (5, "poor"),
    ]
    assert [s.headroom for s in board.standings] == pytest.approx([0.5, 0.3, 0.0, -0.2, -0.8])
    first, second, reference, *_ = board.standings
    assert (first.seed, first.control, second.control) == (7, None, 96.0)
    assert (first.first_is_better, second.first_is_better) == (0.5, 1.0)
    assert reference.kind is RowKind.BASELINE
    assert reference.title == "The good"
    assert (board.bound, board.scenarios, board.left_out) == (50.0, 3, ())


def test_without_room_there_is_no_headroom_not_even_the_bounds(shelf: Any, sheet: Any) -> None:
    shelf.begin("one")
    shelf.humans("one", (Split.TRAIN, Split.HELDOUT), bound=False)
    shelf.assess("one", Role.BOUND, "", Split.HELDOUT, [100.0, 100.0, 100.0])
    shelf.assess("one", Role.CHAMPION, "x", Split.HELDOUT, [110.0, 100.0, 100.0])
    shelf.conclude("one", "x", improved=False)
    board = ranked(shelf)
    assert (board.bound, {s.headroom for s in board.standings}) == (100.0, {None})
    console = sheet(160)
    render_leaderboard(board, console)
    [bound] = [line for line in console.file.getvalue().splitlines() if "proven bound" in line]
    assert "%" not in bound


def test_baselines_are_those_of_the_newest_run_that_is_ranked(shelf: Any) -> None:
    for number, name in enumerate(("old", "new", "half")):
        shelf.begin(name) if name == "half" else shelf.finished(name, [80.0, 85.0, 90.0])
        values = [70.0 + number] * 3
        shelf.assess(name, Role.BASELINE, f"by {name}", Split.HELDOUT, values, f"by {name}")
    names = [s.name for s in ranked(shelf).standings]
    assert names == ["by new", "old", "new", "good", "initial", "poor"]


def test_equal_means_share_a_rank(shelf: Any) -> None:
    shelf.finished("one", [80.0, 85.0, 90.0])
    shelf.finished("two", [90.0, 85.0, 80.0])
    ranks = {s.name: s.rank for s in ranked(shelf).standings}
    assert (ranks["one"], ranks["two"], ranks["good"]) == (1, 1, 3)


def test_an_initial_program_that_is_a_baseline_has_one_line(shelf: Any) -> None:
    shelf.finished("one", [80.0, 85.0, 90.0])
    shelf.assess("one", Role.BASELINE, "start", Split.HELDOUT, [120.0, 100.0, 110.0], "same")
    names = [s.name for s in ranked(shelf).standings]
    assert "same" in names
    assert "initial" not in names


def test_other_yardsticks_are_left_out_by_name(shelf: Any) -> None:
    shelf.finished("old", [1.0, 1.0, 1.0], evaluator="spot 0")
    shelf.finished("keyed", [2.0, 2.0, 2.0], config={"heldout_key": "k"})
    shelf.begin("half")
    shelf.begin("weak")
    shelf.conclude("weak", "start", improved=False)
    shelf.finished("one", [80.0, 85.0, 90.0])
    board = ranked(shelf)
    runs = [s.name for s in board.standings if s.kind is RowKind.CHAMPION]
    assert runs == ["one"]
    reasons = {left.runs: left.reason for left in board.left_out}
    assert reasons[("half",)] == "not finished"
    assert reasons[("weak",)] == "no held-out result"
    assert reasons[("old",)] == "evaluator spot 0, not spot 1"
    assert reasons[("keyed",)].startswith("held-out set ")


def test_a_run_can_be_given_as_the_yardstick(shelf: Any) -> None:
    shelf.finished("old", [60.0, 60.0, 60.0], evaluator="spot 0")
    shelf.finished("one", [80.0, 85.0, 90.0])
    board = ranked(shelf, like="old")
    assert board.evaluator == "spot 0"
    assert board.standings[0].name == "old"
    assert [left.runs for left in board.left_out] == [("one",)]


def test_a_yardstick_must_be_a_finished_run_of_the_problem(shelf: Any) -> None:
    shelf.finished("one", [80.0, 85.0, 90.0])
    shelf.begin("half")
    shelf.finished("toy", [1.0, 1.0, 1.0], config={"problem": "toy"})
    for name in ("half", "toy"):
        with pytest.raises(UsageError, match=f"--like {name}: expected a finished run"):
            ranked(shelf, like=name)


def test_held_out_results_of_an_unfinished_run_are_not_shown(shelf: Any) -> None:
    shelf.begin("one")
    shelf.humans("one", (Split.HELDOUT,))
    shelf.assess("one", Role.CHAMPION, "x", Split.HELDOUT, [1.0, 1.0, 1.0])
    board = ranked(shelf)
    assert board.standings == ()
    assert [left.reason for left in board.left_out] == ["not finished"]


def test_another_number_of_scenarios_is_left_out(shelf: Any) -> None:
    shelf.finished("short", [1.0, 2.0])
    shelf.finished("one", [80.0, 85.0, 90.0])
    board = ranked(shelf)
    assert [left.runs for left in board.left_out] == [("short",)]


def test_a_problem_without_runs_is_the_users_error(shelf: Any) -> None:
    with pytest.raises(UsageError, match="no run yet"):
        runs_of(shelf.archive.runs(), "spot")
    shelf.begin("one")
    shelf.begin("two", config={"problem": "/somewhere/toy"})
    assert [record.name for record in runs_of(shelf.archive.runs(), "toy")] == ["two"]
    with pytest.raises(UsageError, match="Did you mean spot"):
        runs_of(shelf.archive.runs(), "spto")
    with pytest.raises(UsageError, match="There are: spot, toy"):
        runs_of(shelf.archive.runs(), "zzz")


@pytest.mark.parametrize("width", [60, 80, 200])
def test_it_fits_and_says_what_it_rests_on(shelf: Any, sheet: Any, width: int) -> None:
    for number in range(12):
        values = [80.0 + number, 85.0, 90.0]
        shelf.finished(f"run-{number}", values, improved=number % 2 == 0)
    shelf.begin("half")
    console = sheet(width)
    render_leaderboard(ranked(shelf), console)
    assert isinstance(console.file, io.StringIO)
    lines = console.file.getvalue().splitlines()
    text = " ".join(" ".join(lines).split())
    assert max(map(len, lines)) <= width
    assert "…" not in text
    for words in ("lower is better", "evaluator spot 1", "held-out set public", "3 scenarios"):
        assert words in text
    assert "left out, not finished: half" in text
    assert "partly lucky" in text
    assert [line.split()[:2] for line in lines if "run-0" in line] == [["1", "run-0"]]
    assert "$85.0" in text
    assert "proven bound" in text
    assert ("headroom" in text) is (width > 60)
    assert ("strategy" in text) is (width > 80)


def test_every_figure_stands_in_its_column(shelf: Any, sheet: Any) -> None:
    shelf.finished("one", [80.0, 85.0, 96.0], control=[95.0, 96.0, 97.0])
    shelf.assess("one", Role.CHAMPION, "best of one", Split.SHIFTED, [91.0, 92.0, 93.0])
    shelf.finished("two", [70.0, 88.0, 80.0], improved=False, config={"seed": 7})
    board = ranked(shelf)
    assert 0.5 < board.standings[1].first_is_better < 0.9995
    console = sheet(200)
    render_leaderboard(board, console)
    lines = console.file.getvalue().splitlines()
    rows = {line[6:].split("  ")[0].strip(): " ".join(line.split()) for line in lines}
    chance = f"{board.standings[1].first_is_better * 100:.1f} %"
    assert rows["two"] == "1 two $79.3 41 % no improvement islands mutator/ast 7"
    assert rows["one"] == (f"2 one $87.0 26 % {chance} improved $96.0 $92.0 islands mutator/ast 1")
    assert rows["The good"] == "3 The good $100.0 0 % > 99.9 % baseline"


def test_an_empty_board_says_so(shelf: Any, sheet: Any) -> None:
    shelf.begin("half")
    console = sheet(80)
    render_leaderboard(ranked(shelf), console)
    assert "No run of this problem has held-out results yet." in console.file.getvalue()
