"""What a summary holds, beside the verdict."""

from collections.abc import Callable
from dataclasses import fields, replace
from itertools import pairwise
from typing import Any

import pytest

from adrs.core.evaluation import Verdict
from adrs.core.isolation import IsolationLevel
from adrs.core.objective import Direction, Objective
from adrs.core.run import Assessment, Role
from adrs.core.scenario import Split
from adrs.core.trial import Arm
from adrs.report.run.curve import MOST_POINTS, BestSoFar, CurvePoint
from adrs.report.run.model import RowKind, RunSummary

MakeBook = Callable[..., Any]


def test_the_table_has_every_program_in_order(make_book: MakeBook) -> None:
    rows = make_book().finished().rows
    assert [(row.kind, row.title) for row in rows] == [
        (RowKind.BASELINE, "on-demand"),
        (RowKind.BASELINE, "greedy"),
        (RowKind.BASELINE, "Uniform Progress"),
        (RowKind.CONTROL, "control: random edits"),
        (RowKind.CHAMPION, "champion"),
        (RowKind.BOUND, "proven bound"),
    ]
    assert [row.title for row in rows if row.initial] == ["greedy"]
    assert [row.title for row in rows if row.reference] == ["Uniform Progress"]
    assert all(len(row.results) == 4 for row in rows)


def test_the_figures_of_a_row_are_those_of_the_evaluations(make_book: MakeBook) -> None:
    book = make_book()
    row = book.finished().row(RowKind.CHAMPION)
    result = row.result(Split.HELDOUT)
    own = book.values("champion", Split.HELDOUT, 0.87)
    reference = book.values("uniform", Split.HELDOUT, 1.0)
    change = sum(own) / sum(reference) - 1
    assert result.mean == pytest.approx(sum(own) / 100)
    assert result.change.mean == pytest.approx(change)
    assert result.change.low < change < result.change.high
    bound = sum(book._exact(Split.HELDOUT, 0.78))
    headroom = (sum(reference) - sum(own)) / (sum(reference) - bound)
    assert result.headroom.mean == pytest.approx(headroom)
    assert row.result(Split.STRESS) is None


def test_curves_count_evaluations_and_end_at_the_best(make_book: MakeBook) -> None:
    summary = make_book().finished()
    search = summary.curve(Arm.SEARCH)
    assert search.evaluations == 55
    assert search.points[0].evaluations == 0
    assert search.points[-1].evaluations == 55
    bests = [point.best for point in search.points]
    assert bests == sorted(bests, reverse=True)
    assert bests[-1] == pytest.approx(86.4, abs=0.1)
    assert search.improvements == 5


def test_a_long_curve_is_thinned_but_keeps_its_ends() -> None:
    curve = BestSoFar()
    for number in range(12_345):
        curve.add(number, 1000.0 - number // 100)
        curve.add(number, 1000.0 - number // 100)
    points = curve.points
    assert len(points) <= MOST_POINTS
    assert points[0] == CurvePoint(evaluations=0, best=1000.0)
    assert points[-1] == CurvePoint(evaluations=12_344, best=877.0)
    steps = {b.evaluations - a.evaluations for a, b in pairwise(points[:-1])}
    assert len(steps) == 1


def test_attempts_add_up(make_book: MakeBook) -> None:
    attempts = make_book().finished().attempts[0]
    counts = {count.verdict: count.count for count in attempts.verdicts}
    assert counts == {Verdict.OK: 48, Verdict.INVALID: 5, Verdict.EXCEPTION: 2}
    assert sum(counts.values()) + attempts.duplicates == attempts.trials == 60
    assert attempts.evaluations == 55


def test_failures_that_differ_in_numbers_only_are_one(make_book: MakeBook) -> None:
    failures = make_book().finished().failures
    assert [(f.verdict, f.count) for f in failures] == [
        (Verdict.INVALID, 5),
        (Verdict.EXCEPTION, 2),
    ]
    assert failures[0].reason == "deadline missed by 3 s in train/0003"


def test_a_lost_race_is_no_failure_and_a_tuners_tries_are_evaluations(
    make_book: MakeBook,
) -> None:
    book = make_book()
    book.humans((Split.TRAIN,))
    behind = book.trial(1, verdict=Verdict.BEHIND, detail="out of reach after 8 scenarios")
    book.archive.add_trial("amber-fox", behind)
    book.archive.add_trial("amber-fox", replace(book.trial(2, factor=0.9), tried=30))
    summary = book.summary()
    assert summary.failures == ()
    attempts = summary.attempts[0]
    assert {c.verdict: c.count for c in attempts.verdicts} == {Verdict.OK: 1, Verdict.BEHIND: 1}
    assert (attempts.trials, attempts.evaluations) == (2, 32)
    assert summary.curve(Arm.SEARCH).points[-1].evaluations == 32
    humans = 3  # greedy is the initial program and a baseline
    assert summary.spend.evaluations == humans + 32


def test_gains_are_shared_over_the_changes_of_a_trial(make_book: MakeBook) -> None:
    book = make_book()
    book.humans((Split.TRAIN,))
    book.archive.add_trial("amber-fox", book.trial(1, factor=1.0, operators=("a", "b")))
    book.archive.add_trial("amber-fox", book.trial(2, factor=0.9, operators=("b",)))
    summary = book.summary()
    assert [gain.name for gain in summary.changes] == ["b", "a"]
    assert summary.changes[0].improvements == 2
    start = book.evaluation("greedy", Split.TRAIN, 1.18).score
    first, second = (book._exact(Split.TRAIN, f) for f in (1.0, 0.9))
    gains = (start - sum(first) / 24, (sum(first) - sum(second)) / 24)
    assert summary.changes[1].share == pytest.approx(gains[0] / 2 / sum(gains))
    assert [(gain.name, gain.improvements) for gain in summary.operators] == [("refine", 2)]


def test_scenarios_are_counted_against_the_reference(make_book: MakeBook) -> None:
    book = make_book()
    tally = book.finished(champion=0.97).scenarios
    own = book.values("champion", Split.HELDOUT, 0.97)
    other = book.values("uniform", Split.HELDOUT, 1.0)
    assert tally.better == sum(a < b for a, b in zip(own, other, strict=True))
    assert 0 < tally.worse < tally.better
    assert tally.better + tally.same + tally.worse == 100 == sum(tally.histogram)
    assert tally.best < tally.median < tally.worst
    assert tally.worst == pytest.approx(max(a / b - 1 for a, b in zip(own, other, strict=True)))


@pytest.mark.parametrize("champion", [0.87, 0.9, 0.97])
def test_changes_that_differ_by_rounding_only_have_no_histogram(
    make_book: MakeBook, champion: float
) -> None:
    tally = make_book(noise=0.0).finished(champion=champion).scenarios
    assert tally.histogram == ()
    assert tally.best != tally.worst
    assert tally.best == pytest.approx(tally.worst) == pytest.approx(champion - 1)


def test_a_change_below_zero_has_one_sign_in_the_table_and_in_every_scenario(
    make_book: MakeBook,
) -> None:
    profit = Objective(metric="profit", unit="$", direction=Direction.MAXIMIZE)
    book = make_book(objective=profit, scale=-100.0, noise=0.0, bound=0.5)
    summary = book.finished(champion=0.6, control=0.7)
    results = summary.row(RowKind.CHAMPION).results
    assert [result.change.mean for result in results] == pytest.approx([0.4] * 4)
    assert summary.scenarios.median == pytest.approx(0.4)
    assert summary.verdict.change.mean == pytest.approx(1 / 16)  # from −64 to −60
    assert "profit 6.25 % above on-demand [6.25, 6.25]" in summary.verdict.sentence


def test_held_out_results_of_an_unfinished_run_are_not_shown(make_book: MakeBook) -> None:
    book = make_book()
    book.humans((Split.TRAIN, Split.VALIDATION, Split.HELDOUT, Split.SHIFTED))
    book.search(Arm.SEARCH, 0.9)
    best = book.summary().row(RowKind.BEST)
    book.archive.add_assessment(
        "amber-fox",
        Assessment(
            role=Role.CHAMPION,
            label="",
            program=None,
            evaluation=replace(
                book.evaluation("best", Split.HELDOUT, 0.9), program_id=best.program_id
            ),
        ),
    )
    summary = book.summary()
    splits = {result.split for row in summary.rows for result in row.results}
    assert splits == {Split.TRAIN, Split.VALIDATION}
    assert summary.scenarios is None


def test_copies_of_an_evaluation_are_no_repeats(make_book: MakeBook) -> None:
    book = make_book()
    summary = book.finished()
    assert summary.integrity.repeats == 0
    # greedy is both the initial program and a baseline, but was evaluated once a split.
    assert summary.spend.evaluations == 2 * 55 + 5 * 4


def test_repeats_that_differ_are_flagged(make_book: MakeBook) -> None:
    book = make_book()
    book.humans((Split.TRAIN,))
    book.archive.add_trial("amber-fox", book.trial(1, name="x", factor=0.9))
    same = book.trial(1, name="x", factor=0.9, arm=Arm.CONTROL)
    other = book.trial(2, name="x", factor=0.8, arm=Arm.CONTROL)
    book.archive.add_trial("amber-fox", same)
    book.archive.add_trial("amber-fox", other)
    integrity = book.summary().integrity
    assert (integrity.repeats, integrity.repeats_identical) == (2, 1)
    assert integrity.flags == ("1 of 2 repeated evaluations differ",)


def test_evaluations_made_twice_are_counted(make_book: MakeBook) -> None:
    book = make_book()
    book.humans((Split.TRAIN,))
    agreed = book.trial(1, name="a", factor=0.9)
    twice = replace(agreed, evaluation=replace(agreed.evaluation, repeated=True))
    book.archive.add_trial("amber-fox", twice)
    book.archive.add_trial("amber-fox", book.trial(2, verdict=Verdict.NONDETERMINISTIC))
    book.archive.add_trial("amber-fox", book.trial(3, name="b", factor=0.95))
    integrity = book.summary().integrity
    assert (integrity.evaluated_twice, integrity.nondeterministic, integrity.repeats) == (2, 1, 0)
    assert integrity.flags == ("1 program decided differently when evaluated again",)


def test_the_first_score_above_a_bound_is_named(make_book: MakeBook) -> None:
    book = make_book()
    book.humans((Split.TRAIN,))
    assert book.summary().integrity.first_above_bound is None
    book.archive.add_trial("amber-fox", book.trial(1, factor=0.9))
    for number, arm in ((2, Arm.CONTROL), (7, Arm.SEARCH), (9, Arm.SEARCH)):
        alarm = book.trial(number, arm=arm, verdict=Verdict.IMPOSSIBLE, detail=f"too good {number}")
        book.archive.add_trial("amber-fox", alarm)
    integrity = book.summary().integrity
    first = integrity.first_above_bound
    assert integrity.above_bound == 3
    assert (first.arm, first.trial, first.split) == (Arm.SEARCH, 7, Split.TRAIN)
    assert first.detail == "too good 7"


def test_a_mean_above_the_bound_is_named_too(make_book: MakeBook) -> None:
    first = make_book().finished(champion=0.7).integrity.first_above_bound
    assert first.trial is None
    assert first.program_id


def test_the_held_out_set_is_named(make_book: MakeBook) -> None:
    assert make_book().finished().setup.heldout_set == "public"


def test_attacks_impossible_scores_and_weak_isolation_are_flagged(make_book: MakeBook) -> None:
    book = make_book(isolation=IsolationLevel.L0)
    book.humans((Split.TRAIN,))
    verdicts = (Verdict.SECURITY, Verdict.IMPOSSIBLE)
    for number, verdict in enumerate(verdicts, start=1):
        book.archive.add_trial("amber-fox", book.trial(number, verdict=verdict))
    integrity = book.summary().integrity
    assert (integrity.above_bound, integrity.attacks, integrity.isolation) == (1, 1, ("L0",))
    assert len(integrity.flags) == 3


def test_an_honest_run_has_no_flags(make_book: MakeBook) -> None:
    integrity = make_book().finished().integrity
    assert integrity.flags == ()
    assert integrity.isolation == ("L3",)
    assert integrity.evaluators == ("spot 3",)
    assert integrity.bounds == 4


def test_the_champion_knows_the_trial_it_came_from(make_book: MakeBook) -> None:
    champion = make_book().finished().champion
    assert (champion.trial, champion.operator, champion.source_lines) == (49, "refine", 2)
    assert champion.idea == "wait for spot while there is slack"


def test_two_runs_of_a_seed_differ_in_name_and_times_alone(make_book: MakeBook) -> None:
    first, second = make_book(), make_book()
    summary = first.finished()
    second.finished()
    other = second.summary()
    for field in fields(RunSummary):
        if field.name not in ("run", "times"):
            assert getattr(summary, field.name) == getattr(other, field.name)


def test_without_bounds_there_is_no_headroom(make_book: MakeBook) -> None:
    summary = make_book(bound=None).finished()
    assert summary.row(RowKind.BOUND) is None
    assert summary.row(RowKind.CHAMPION).result(Split.HELDOUT).headroom is None
    assert "headroom" not in summary.verdict.sentence
    assert summary.curve(Arm.SEARCH).headroom is None


def test_the_cpu_ratio_compares_the_best_with_the_reference_on_held_out(
    make_book: MakeBook,
) -> None:
    book = make_book()
    slow = replace(book.evaluation("champion", Split.HELDOUT, 0.87), cpu_s=0.025)
    book.add(Role.CHAMPION, "champion", slow)
    assert book.finished().times.cpu_ratio == pytest.approx(2.5)


def test_an_evaluation_made_twice_counts_half_in_the_cpu_ratio(make_book: MakeBook) -> None:
    book = make_book()
    twice = replace(book.evaluation("champion", Split.HELDOUT, 0.87), cpu_s=0.03, repeated=True)
    book.add(Role.CHAMPION, "champion", twice)
    assert book.finished().times.cpu_ratio == pytest.approx(1.5)


def test_without_a_held_out_result_there_is_no_cpu_ratio(make_book: MakeBook) -> None:
    book = make_book()
    book.humans((Split.TRAIN,))
    assert book.summary().times.cpu_ratio is None


def test_an_initial_program_that_is_no_baseline_has_its_own_row(make_book: MakeBook) -> None:
    book = make_book()
    book.assess(Role.INITIAL, "naive", (Split.TRAIN,), 1.5)
    book.assess(Role.BASELINE, "uniform", (Split.TRAIN,), 1.0, label="uniform")
    rows = book.summary().rows
    assert [(row.kind, row.initial) for row in rows] == [
        (RowKind.INITIAL, True),
        (RowKind.BASELINE, False),
    ]


def test_only_what_is_held_out_has_intervals_in_the_table(make_book: MakeBook) -> None:
    (row,) = [r for r in make_book().finished().rows if r.kind is RowKind.CHAMPION]
    for result in row.results:
        for estimate in (result.change, result.headroom):
            assert estimate is not None
            assert (estimate.low is not None) is (estimate.high is not None)
            assert (estimate.low is not None) is result.split.held_out
