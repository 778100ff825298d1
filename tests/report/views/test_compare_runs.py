"""Runs side by side."""

from typing import Any

import pytest

from adrs.core.run import Role
from adrs.core.scenario import Split
from adrs.errors import UsageError
from adrs.report.format import format_change
from adrs.report.runs.comparison import RunComparison, compare_runs, require_comparable
from adrs.report.runs.standings import format_chance, render_comparison


def compared(shelf: Any, *names: str) -> RunComparison:
    records = [shelf.archive.run(name) for name in names]
    return compare_runs(shelf.archive, records, shelf.facts)


@pytest.fixture
def three(shelf: Any) -> Any:
    shelf.finished("one", [80.0, 85.0, 90.0])
    shelf.finished("two", [70.0, 75.0, 95.0], improved=False, control=[99.0, 99.0, 99.0])
    shelf.finished("three", [60.0, 61.0, 62.0])
    return shelf


def test_pairs_are_compared_scenario_by_scenario(three: Any) -> None:
    comparison = compared(three, "one", "two", "three")
    assert [(p.letter, p.against) for p in comparison.pairs] == [("B", "A"), ("C", "A"), ("C", "B")]
    pair = comparison.pair("B", "A")
    assert pair is not None
    assert pair.difference == pytest.approx(-5.0)
    assert pair.change is not None
    assert pair.change.mean == pytest.approx(-5 / 85)
    assert pair.change.low is not None
    assert pair.change.low < -5 / 85
    assert (pair.better, pair.same, pair.worse) == (2, 0, 1)
    assert 0.5 < pair.chance < 1.0
    assert comparison.chance("A", "B") == pytest.approx(1 - pair.chance)
    assert comparison.chance("C", "A") == 1.0
    assert comparison.chance("A", "A") is None


def test_contenders_say_what_became_of_them(three: Any) -> None:
    one, two, _ = compared(three, "one", "two", "three").contenders
    assert (one.letter, one.run, one.heldout, one.improved) == ("A", "one", 85.0, True)
    assert (two.heldout, two.improved, two.control) == (80.0, False, 99.0)
    assert one.evaluations == 2
    # The initial program, then trial 1, then a failure that leaves the best as it is.
    assert [(p.evaluations, p.best) for p in one.points] == [(0, 110.0), (1, 90.0), (2, 90.0)]


def test_an_unfinished_run_has_a_curve_and_no_held_out_result(three: Any) -> None:
    three.begin("half")
    three.humans("half", (Split.TRAIN, Split.HELDOUT))
    three.trial("half", 1, ["start"], [50.0])
    for split in (Split.HELDOUT, Split.SHIFTED):
        three.assess("half", Role.CHAMPION, "x", split, [1.0, 1.0, 1.0])
    three.assess("half", Role.CONTROL, "y", Split.HELDOUT, [2.0, 2.0, 2.0])
    comparison = compared(three, "one", "half")
    half = comparison.contenders[1]
    assert (half.heldout, half.improved, half.points[-1].best) == (None, None, 50.0)
    assert (half.shifted, half.control, half.program_id) == (None, None, None)
    assert comparison.pairs == ()


def test_a_tuners_evaluations_count_as_those_of_the_search(three: Any) -> None:
    three.begin("tuned")
    three.humans("tuned", (Split.TRAIN,))
    three.trial("tuned", 1, ["start"], [100.0])
    three.trial("tuned", 2, ["p1"], [90.0], tried=6)
    tuned = compared(three, "one", "tuned").contenders[1]
    assert tuned.evaluations == 8
    assert [(p.evaluations, p.best) for p in tuned.points] == [(0, 110.0), (1, 100.0), (8, 90.0)]


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"config": {"problem": "eplb"}}, "problem eplb, not spot"),
        ({"evaluator": "spot 2"}, "evaluator spot 2, not spot 1"),
        ({"config": {"heldout_key": "k"}}, "held-out set [0-9a-f]{8}, not public"),
        ({"problem_parts": {}}, "another problem.toml: params"),
    ],
)
def test_runs_that_are_measured_otherwise_are_refused(three: Any, changed: Any, words: str) -> None:
    three.begin("other", **changed)
    with pytest.raises(UsageError, match=f"other cannot be compared with one: {words}"):
        compared(three, "one", "other")


def test_too_few_and_doubled_runs_are_refused(three: Any) -> None:
    with pytest.raises(UsageError, match="1 run given: compare 2 to 26"):
        compared(three, "one")
    with pytest.raises(UsageError, match="run two is given twice"):
        compared(three, "one", "two", "two")
    with pytest.raises(UsageError, match="27 runs given"):
        require_comparable([three.archive.run("one")] * 27)


@pytest.mark.parametrize(("width", "height"), [(60, 24), (80, 24), (200, 50)])
def test_it_fits(three: Any, sheet: Any, width: int, height: int) -> None:
    console = sheet(width, height)
    render_comparison(compared(three, "one", "two", "three"), console)
    lines = console.file.getvalue().splitlines()
    assert max(map(len, lines)) <= width
    assert len(lines) <= height or width < 80
    text = console.file.getvalue()
    assert "…" not in text
    assert "chance that the row is better than the column" in text
    (row,) = [line.split() for line in lines if line.startswith(" C  three")]
    assert row[2:4] == ["$61.0", "−28.2"]
    assert "> 99.9 %" in text
    assert ("improved: on validation" in text) == (" result" in text)


def test_every_figure_stands_in_its_place(three: Any, sheet: Any) -> None:
    three.assess("two", Role.CHAMPION, "best of two", Split.SHIFTED, [91.0, 92.0, 93.0])
    comparison = compared(three, "one", "two", "three")
    console = sheet(200)
    render_comparison(comparison, console)
    rows = [" ".join(line.split()) for line in console.file.getvalue().splitlines()]
    pair = comparison.pair("B", "A")
    assert pair is not None
    assert pair.change is not None
    better, worse = f"{pair.chance * 100:.1f} %", f"{(1 - pair.chance) * 100:.1f} %"
    change = format_change(pair.change.mean, pair.change.low, pair.change.high)
    assert (
        f"B two $80.0 {change} {better} 2/0/1 no improvement $99.0 $92.0 islands mutator/ast 1"
    ) in rows
    matrix = rows[rows.index("A B C") + 1 :]
    assert [row for row in matrix if row[:2] in ("A ", "B ", "C ")] == [
        f"A – {worse} < 0.1 %",
        f"B {better} – < 0.1 %",
        "C > 99.9 % > 99.9 % –",
    ]


def test_without_the_same_train_scenarios_there_is_no_plot(three: Any, sheet: Any) -> None:
    parts = {"problem.toml: params": "p", "problem.toml: splits.train": "u", "initial.py": "i"}
    three.finished("moved", [60.0, 61.0, 62.0], problem_parts=parts)
    console = sheet()
    render_comparison(compared(three, "one", "moved"), console)
    assert "No plot: these runs searched on different train scenarios." in console.file.getvalue()


def test_missing_results_are_named(three: Any, sheet: Any) -> None:
    three.begin("half")
    console = sheet()
    render_comparison(compared(three, "one", "half"), console)
    assert "No held-out result: half." in console.file.getvalue()


def test_no_chance_is_printed_as_certain() -> None:
    shown = [format_chance(share) for share in (0.0, 0.0004, 0.5, 0.9994, 1.0)]
    assert shown == ["< 0.1 %", "< 0.1 %", "50.0 %", "99.9 %", "> 99.9 %"]
