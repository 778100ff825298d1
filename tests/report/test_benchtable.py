"""The figures of a benchmark's table, and how it is printed."""

import math
from dataclasses import replace
from io import StringIO
from random import Random
from typing import Any

import pytest
from rich.console import Console

from adrs.core.call import CallOutcome, Purpose
from adrs.core.evaluation import Verdict
from adrs.core.objective import Direction, Objective
from adrs.core.run import Role
from adrs.core.scenario import Split
from adrs.errors import UsageError
from adrs.report.bench.cells import BenchCell, Instrumentation, Milestone, read_cell
from adrs.report.bench.stats import BenchTable, bench_table
from adrs.report.bench.table import render_bench

SCENARIOS = 40
SPOT = Instrumentation(evaluator="spot 1", heldout="public", problem=(("initial.py", "aa"),))


def cell(
    contender: str,
    seed: int = 1,
    *,
    mean: float = 0.3,
    problem: str = "spot",
    spread: float = 0.2,
    milestones: tuple[tuple[int, float], ...] = ((10, 1.0),),
) -> BenchCell:
    """Return a run whose champion closes about `mean` of every scenario's room."""
    common = Random(f"{problem} {seed}")  # what scenarios and a seed's luck do to everybody
    rooms = tuple(Random(f"{problem} rooms").uniform(5, 15) for _ in range(SCENARIOS))
    luck = common.gauss(0, 0.1)
    gains = tuple(room * (mean + luck + common.gauss(0, spread)) for room in rooms)
    return BenchCell(
        problem=problem,
        contender=contender,
        seed=seed,
        instrumentation=SPOT,
        gains=gains,
        rooms=rooms,
        start=0.0,
        milestones=tuple(Milestone(spent=s, level=level) for s, level in milestones),
    )


def table(*cells: BenchCell) -> BenchTable:
    contenders = list(dict.fromkeys(cell.contender for cell in cells))
    return bench_table(cells, contenders=contenders, unit="evaluations", budget=100)


def printed(shown: BenchTable, width: int = 200) -> str:
    stream = StringIO()
    render_bench(shown, Console(file=stream, width=width, no_color=True))
    return stream.getvalue()


def pair(seeds: int = 5, *, gap: float = 0.05) -> BenchTable:
    cells = [cell("greedy", seed) for seed in range(1, seeds + 1)]
    return table(*cells, *(cell("islands", c.seed, mean=0.3 + gap) for c in cells))


def test_headroom_is_a_ratio_of_means_over_scenarios_and_a_mean_over_seeds() -> None:
    one = replace(cell("a", 1), gains=(1.0, 3.0), rooms=(2.0, 6.0))
    two = replace(cell("a", 2), gains=(0.0, 8.0), rooms=(2.0, 6.0))
    assert table(one, two).rows[0].headroom.mean == pytest.approx((4 / 8 + 8 / 8) / 2)


def test_landscapes_of_seeds_weigh_the_same_however_much_room_they_have() -> None:
    one = replace(cell("a", 1), gains=(1.0, 1.0), rooms=(1.0, 1.0))
    two = replace(cell("a", 2), gains=(0.0, 0.0), rooms=(9.0, 9.0))
    assert table(one, two).rows[0].headroom.mean == pytest.approx(0.5)


def test_a_target_between_two_evaluations_is_not_shown_as_reached_by_the_first() -> None:
    runs = [cell("a", seed, milestones=((spent, 1.0),)) for seed, spent in ((1, 3), (2, 4))]
    others = [replace(run, contender="b") for run in runs]
    found = table(*runs, *others)
    assert found.rows[0].reaches[0].spent == 3.5
    row = next(line for line in printed(found).splitlines() if line.startswith(" a "))
    assert row.split()[-5:-1] == ["4", "4", "4", "–"]


def test_targets_of_sums_that_differ_by_rounding_are_reached() -> None:
    start, gain = 0.1, 0.7
    level = start + gain  # less by rounding than the start and the whole gain of the best
    best = replace(cell("a"), start=start, milestones=(Milestone(spent=5, level=level),))
    for share in (0.5, 0.75, 0.9):
        near = math.nextafter(start + share * best.final - share * start, -math.inf)
        run = replace(
            best, contender="b", milestones=(Milestone(spent=3, level=near), *best.milestones)
        )
        reach = next(r for r in table(best, run).rows[1].reaches if r.share == share)
        assert reach.spent == 3


def test_a_single_contender_is_compared_with_nobody() -> None:
    (row,) = table(cell("a", 1), cell("a", 2)).rows
    against = (row.against_first, row.beats_first, row.against_best, row.beats_best)
    assert (*against, row.first_matches) == (None,) * 5
    assert row.mean_rank == 1.0
    assert pair().rows[0].beats_first is None


def test_a_level_costs_what_was_spent_when_it_was_reached() -> None:
    run = cell("a", milestones=((10, 1.0), (30, 2.0)))
    levels = (-1.0, 0.0, 0.5, 1.0, 1.5, 2.0, 2.5)
    assert [run.spent_to(level) for level in levels] == [0, 0, 10, 10, 30, 30, math.inf]
    assert [run.level_after(spent) for spent in (9, 10, 29, 30)] == [0.0, 1.0, 1.0, 2.0]


def test_contenders_stand_as_they_were_named_whichever_run_is_missing() -> None:
    cells = [cell("b", 1), cell("a", 2), cell("b", 2)]  # a's first run is not finished
    found = bench_table(cells, contenders=["a", "b", "c"], unit="evaluations", budget=100)
    assert [row.contender for row in found.rows] == ["a", "b"]
    assert found.rows[0].against_first is None
    assert (found.runs, found.left_out) == (2, 1)


def test_draws_of_scenarios_without_room_alone_are_left_out() -> None:
    rooms = (10.0, 0.0, 0.0, 0.0)
    poor = [replace(cell("a", s), rooms=rooms, gains=(2.0, -1.0, 0.0, 0.0)) for s in (1, 2)]
    half = [replace(cell("b", s), rooms=rooms, gains=(5.0, 0.0, 0.0, 0.0)) for s in (1, 2)]
    first, second = table(*poor, *half).rows
    assert (second.headroom.low, second.headroom.high) == pytest.approx((0.5, 0.5))
    assert first.headroom.low is not None
    assert first.headroom.low >= 0.2 - 0.3  # at the worst, three of the one that lost
    assert first.headroom.high == pytest.approx(0.2)
    assert second.beats_first == second.beats_best == 1.0


def test_problems_weigh_the_same() -> None:
    cells = [cell("a", s, mean=0.2, spread=0) for s in (1, 2, 3)]
    other = [cell("a", s, mean=0.8, problem="eplb", spread=0) for s in (1, 2, 3)]
    row = table(*cells, *other).rows[0]
    assert row.headroom.mean == pytest.approx(
        (row.problems[0].headroom.mean + row.problems[1].headroom.mean) / 2
    )
    assert row.problems[0].headroom.mean < 0.5 < row.problems[1].headroom.mean


def test_what_seeds_and_scenarios_do_to_both_alike_is_no_noise_in_the_difference() -> None:
    row = pair(gap=0.05).rows[1]
    assert row.against_first is not None
    assert row.headroom.low is not None
    assert row.headroom.high is not None
    assert row.against_first.mean == pytest.approx(0.05)
    assert not row.against_first.covers_zero
    assert row.headroom.high - row.headroom.low > 0.05
    assert row.beats_first == 1.0


def test_seeds_of_their_own_luck_widen_the_interval() -> None:
    """With every scenario equal, what is left is the luck of the seeds."""
    gaps = (0.3, -0.1, 0.2, -0.2, 0.15)
    cells = [cell("greedy", s, spread=0) for s in range(1, 6)]
    lucky = [cell("islands", s, mean=0.3 + gap, spread=0) for s, gap in enumerate(gaps, start=1)]
    row = table(*cells, *lucky).rows[1]
    assert row.against_first is not None
    assert row.against_first.mean == pytest.approx(sum(gaps) / 5)
    assert row.against_first.covers_zero
    assert row.beats_first is not None
    assert 0.6 < row.beats_first < 0.95


def test_the_interval_covers_the_truth_about_as_often_as_it_says() -> None:
    """Of independent benchmarks with a true difference of 0, few intervals leave 0 out."""
    missed = 0
    for trial in range(100):
        rng = Random(trial)
        cells = [
            replace(
                cell(name, seed),
                gains=tuple(rng.gauss(luck, 1.0) for _ in range(SCENARIOS)),
                rooms=(10.0,) * SCENARIOS,
            )
            for name in ("a", "b")
            for seed in range(1, 11)
            for luck in [rng.gauss(0, 0.5)]
        ]
        difference = table(*cells).rows[1].against_first
        assert difference is not None
        missed += not difference.covers_zero
    assert missed <= 12


def test_probabilities_of_being_the_best_share_what_there_is() -> None:
    cells = [cell(name, seed) for name in ("a", "b", "c") for seed in (1, 2, 3)]
    rows = table(*cells).rows
    assert [row.beats_best for row in rows] == pytest.approx([1 / 3] * 3)
    assert rows[1].beats_first == 0.5  # they tie in every draw
    assert [row.mean_rank for row in rows] == [2.0, 2.0, 2.0]


def test_ranks_are_by_problem() -> None:
    cells = [
        cell(name, seed, mean=mean, problem=problem)
        for problem, means in (("spot", (0.1, 0.2, 0.3)), ("eplb", (0.5, 0.2, 0.3)))
        for name, mean in zip(("a", "b", "c"), means, strict=True)
        for seed in (1, 2)
    ]
    assert [row.mean_rank for row in table(*cells).rows] == [2.0, 2.5, 1.5]


def test_targets_are_shares_of_the_best_gain_with_the_same_seed() -> None:
    fast = cell("fast", milestones=((5, 6.0), (20, 8.0), (90, 10.0)))
    slow = cell("slow", milestones=((50, 5.0), (80, 7.6)))
    rows = table(fast, slow).rows
    assert [reach.spent for reach in rows[0].reaches] == [5, 20, 90]
    assert [reach.spent for reach in rows[1].reaches] == [50, 80, None]
    assert [reach.reached for reach in rows[1].reaches] == [1, 1, 0]
    assert rows[1].first_matches == 20  # fast has 7.6 with its second milestone
    assert rows[0].first_matches is None


def test_half_of_the_runs_decide_whether_a_target_was_reached() -> None:
    cells = [cell("best", s, milestones=((10, 10.0),)) for s in (1, 2, 3)]
    others = [
        cell("other", s, milestones=steps)
        for s, steps in enumerate([((30, 10.0),), ((40, 10.0),), ((5, 1.0),)], start=1)
    ]
    reaches = table(*cells, *others).rows[1].reaches
    assert [(reach.spent, reach.reached) for reach in reaches] == [(40, 2)] * 3


def test_curves_are_shares_of_the_best_gain_over_the_budget() -> None:
    fast = cell("fast", milestones=((5, 6.0), (20, 8.0), (90, 10.0)))
    slow = cell("slow", milestones=((50, 5.0),))
    rows = table(fast, slow).rows
    assert rows[0].curve[0] == 0.6  # after 5 of 100
    assert rows[0].curve[3] == 0.8
    assert rows[0].curve[-1] == 1.0
    assert rows[1].curve == (0.0,) * 9 + (0.5,) * 11


def test_a_benchmark_without_any_gain_has_no_targets() -> None:
    rows = table(cell("a", milestones=()), cell("b", milestones=())).rows
    assert [reach.spent for reach in rows[0].reaches] == [None] * 3
    assert rows[0].curve == ()
    assert "> 100" in printed(table(cell("a", milestones=()), cell("b", milestones=())))


def test_only_seeds_that_every_contender_has_are_compared() -> None:
    cells = [cell("a", 1), cell("a", 2), cell("b", 1)]
    shown = table(*cells)
    assert (shown.seeds, shown.runs, shown.left_out) == ((1,), 2, 1)
    assert shown.rows[0].headroom == table(cells[0], cells[2]).rows[0].headroom
    assert "1 run left out" in printed(shown)


def test_one_seed_has_no_interval() -> None:
    row = table(cell("a"), cell("b", mean=0.5)).rows[1]
    assert (row.headroom.low, row.headroom.high) == (None, None)
    assert row.headroom.mean > 0.3


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"evaluator": "spot 2"}, r"unequal evaluator versions \(spot 1, spot 2\)"),
        ({"heldout": "1f2e"}, r"unequal held-out sets \(public, 1f2e\)"),
        ({"problem": (("initial.py", "bb"),)}, r"unequal problem parts: initial.py \(aa, bb\)"),
    ],
)
def test_runs_that_were_not_measured_alike_are_refused(
    change: dict[str, object], said: str
) -> None:
    other = replace(cell("b"), instrumentation=replace(SPOT, **change))  # type: ignore[arg-type]
    with pytest.raises(UsageError, match=said):
        table(cell("a"), other)


def test_other_problems_may_have_other_evaluators() -> None:
    eplb = replace(SPOT, evaluator="eplb 3")
    cells = [
        *(cell(name) for name in ("a", "b")),
        *(replace(cell(name, problem="eplb"), instrumentation=eplb) for name in ("a", "b")),
    ]
    assert table(*cells).runs == 4


def test_runs_without_headroom_or_pairs_are_refused() -> None:
    with pytest.raises(UsageError, match="spot: the reference baseline leaves no headroom"):
        table(replace(cell("a"), rooms=(0.0,) * SCENARIOS))
    with pytest.raises(UsageError, match="no problem and seed has a finished run of every"):
        table(cell("a", 1), cell("b", 2))


def test_the_same_runs_give_the_same_table() -> None:
    assert pair() == pair()


def test_every_row_is_printed_with_its_figures() -> None:
    text = printed(pair())
    assert "2 strategies × spot × 5 seeds, 100 evaluations a run" in text
    assert "+5.0 %" in text
    for part in ("P(> greedy)", "P(best)", "to 50 %", "matched at", "[", "too narrow"):
        assert part in text
    assert "simulated" not in text


def test_a_simulated_table_says_so() -> None:
    shown = bench_table(
        [cell("a"), cell("b")], contenders=["a", "b"], unit="calls", budget=100, simulated=True
    )
    assert "nothing about real models follows" in printed(shown)


@pytest.mark.parametrize("width", [60, 80, 120])
def test_no_line_is_wider_than_the_console(width: int) -> None:
    lines = printed(pair(), width).splitlines()
    assert max(map(len, lines)) <= width
    assert any("islands" in line and "+5.0 %" in line for line in lines)


def test_columns_without_room_are_named_and_not_explained() -> None:
    narrow = " ".join(printed(pair(), 80).split())
    assert "No room here for: P(> greedy), to 50 %, to 75 %, to 90 %, matched at" in narrow
    assert "Matched at:" not in narrow
    assert "P(best): probability" in narrow
    wide = " ".join(printed(pair(), 200).split())
    assert "Matched at: evaluations with which greedy" in wide
    assert "To 50, 75, 90 %: evaluations" in wide
    assert "No room" not in wide


def test_many_comparisons_come_with_a_warning() -> None:
    cells = [cell(name, seed) for name in ("a", "b", "c") for seed in (1, 2)]
    assert "2 comparisons with a are made on the same runs" in printed(table(*cells))
    assert "comparisons" not in printed(pair())


def test_champions_that_fail_on_held_out_are_told_of() -> None:
    shown = table(replace(cell("a"), fell_back=True), cell("b"))
    assert shown.rows[0].fell_back == 1
    assert "a: 1 champion failed on held-out scenarios" in printed(shown)


def test_a_cell_knows_what_a_level_took() -> None:
    one = cell("a", milestones=((10, 1.0), (30, 2.0)))
    assert [one.spent_to(level) for level in (-1.0, 0.5, 1.5, 2.5)] == [0, 10, 30, math.inf]
    assert [one.level_after(spent) for spent in (9, 10, 29, 30)] == [0.0, 1.0, 1.0, 2.0]
    assert (one.final, cell("a", milestones=()).final) == (2.0, 0.0)


def read(book: Any, *, calls: bool = False) -> BenchCell:
    record = book.archive.runs()[0]
    return read_cell(
        book.archive, record, problem="spot", facts=book.facts, contender="a", calls=calls
    )


@pytest.mark.parametrize("direction", list(Direction))
def test_a_cell_is_read_from_its_run(make_book: Any, direction: Direction) -> None:
    """Minimised or not, gains and rooms are positive for a champion better than the reference."""
    best, bound = (0.9, 0.8) if direction is Direction.MINIMIZE else (1.1, 1.2)
    objective = Objective(metric="cost", unit="$", direction=direction)
    book = make_book(objective=objective, bound=bound, noise=0.0)
    book.finished(champion=best, control=None)
    found = read(book)
    assert found.instrumentation == Instrumentation(
        evaluator="spot 3", heldout="public", problem=(("initial.py", "0"),)
    )
    assert len(found.gains) == len(found.rooms) == 100
    assert sum(found.gains) / sum(found.rooms) == pytest.approx(0.5)
    levels = [m.level for m in found.milestones]
    assert levels == sorted(levels)
    assert len(levels) == 5
    assert found.start < levels[0]
    assert not found.fell_back


def test_spending_is_counted_in_evaluations_or_in_answered_calls(make_book: Any) -> None:
    book = make_book()
    book.humans((Split.TRAIN, Split.HELDOUT))
    for number, factor in ((1, 1.3), (2, 1.1), (3, 1.0)):
        book.archive.add_trial("amber-fox", replace(book.trial(number, factor=factor), tried=7))
        book.call(number)
    book.call(2, purpose=Purpose.REPAIR)
    book.call(3, CallOutcome.TIMEOUT)
    book.call(3, cached_from="other")
    book.assess(Role.CHAMPION, "champion", (Split.HELDOUT,), 0.9)
    assert [m.spent for m in read(book).milestones] == [16, 24]
    assert [m.spent for m in read(book, calls=True).milestones] == [3, 4]


def test_a_champion_that_fails_on_held_out_counts_as_the_initial_program(make_book: Any) -> None:
    book = make_book(noise=0.0)
    book.humans((Split.TRAIN, Split.HELDOUT))
    failed = book.evaluation("champion", Split.HELDOUT, 0.5, verdict=Verdict.INVALID)
    book.add(Role.CHAMPION, "champion", failed)
    found = read(book)
    assert found.fell_back
    assert sum(found.gains) < 0  # the initial program is worse than the reference


def test_a_run_without_held_out_results_is_refused(make_book: Any) -> None:
    book = make_book()
    book.humans((Split.TRAIN, Split.VALIDATION))
    with pytest.raises(UsageError, match="run amber-fox has no result of the champion on heldout"):
        read(book)
