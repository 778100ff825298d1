"""The verdict's words for every way a run can end."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from adrs.core.evaluation import Verdict
from adrs.core.objective import Direction, Objective
from adrs.core.run import Role, RunStatus
from adrs.core.scenario import Split
from adrs.core.trial import Arm
from adrs.report.run.compare import relative_change
from adrs.report.run.model import Estimate, Finding, RowKind
from adrs.report.run.opponents import Comparison, Opponent

MakeBook = Callable[..., Any]
ALL = (Split.TRAIN, Split.VALIDATION, Split.HELDOUT, Split.SHIFTED)


def test_an_improvement_says_how_large_against_whom_and_what_the_control_reaches(
    make_book: MakeBook,
) -> None:
    verdict = make_book().finished().verdict
    assert verdict.finding is Finding.IMPROVED
    assert verdict.sentence == (
        "Improved on held-out workloads: cost 12.9 % below Uniform Progress [12.5, 13.5]; "
        "it closes 59 % [57, 60] of the headroom to the bound."
    )
    assert verdict.notes == (
        "Blind single edits reach 8.9 %: two thirds of this gain need no search.",
        "On shifted workloads it is 12.9 % below Uniform Progress [12.4, 13.5].",
        "The search itself is blind mutation: no language model had a part in this gain.",
    )
    assert verdict.control_share == pytest.approx(0.688, abs=0.001)
    assert verdict.change.low < verdict.change.mean < verdict.change.high < 0


def test_a_maximised_metric_improves_upwards(make_book: MakeBook) -> None:
    objective = Objective(metric="balancedness", unit="", direction=Direction.MAXIMIZE)
    book = make_book(objective=objective, scale=0.7, bound=1.3, proposer="llm/some@1")
    verdict = book.finished(champion=1.10, control=1.02).verdict
    assert verdict.sentence.startswith(
        "Improved on held-out workloads: balancedness 10.1 % above Uniform Progress [9.4, 10.6]"
    )
    assert verdict.notes[0].startswith("Blind single edits reach 2.1 %: a fifth of this gain needs")
    assert not any("no language model" in note for note in verdict.notes)


@pytest.mark.parametrize(
    ("noise", "control", "words"),
    [
        (0.01, 1.0, r"Blind single edits gain nothing beyond noise \(\+0\.1 % \[−0\.2, 0\.3\]\)\."),
        (0.001, 0.996, ".*: hardly any of this gain comes without search."),
        (0.01, 0.99, ".*: a tenth of this gain needs no search."),
        (0.01, 0.935, ".*: half of this gain needs no search."),
        (0.001, 0.883, r".*: nine tenths of this gain need no search\."),
        (0.01, 0.8725, ".*: almost all of this gain needs no search."),
        (0.05, 0.8725, r"Blind single edits reach \d+\.\d %: this gain needs no search\."),
        (0.01, 0.80, r"Blind single edits reach 20\.0 %: this gain needs no search\."),
    ],
)
def test_the_control_is_put_in_words(
    make_book: MakeBook, noise: float, control: float, words: str
) -> None:
    verdict = make_book(noise=noise).finished(control=control).verdict
    assert re.fullmatch(words, verdict.notes[0])
    assert verdict.control_share < 1.0 or control == 0.80


@pytest.mark.parametrize(
    ("verdict", "words"),
    [(Verdict.TIMEOUT, "fails (timeout)"), (None, "was not assessed")],
)
def test_a_control_without_a_held_out_result_is_told(
    make_book: MakeBook, verdict: Verdict | None, words: str
) -> None:
    book = make_book()
    if verdict is not None:
        failed = book.evaluation("control", Split.HELDOUT, 0.9, verdict=verdict)
        book.add(Role.CONTROL, "control", failed)
    book.humans(ALL)
    book.search(Arm.SEARCH, 0.9)
    book.assess(Role.CHAMPION, "champion", ALL, 0.9)
    book.conclude("champion", improved=True, control="control")
    note = book.summary().verdict.notes[0]
    assert note == f"The control's program {words} on held-out workloads."


def test_without_a_control_the_report_says_what_is_not_known(make_book: MakeBook) -> None:
    summary = make_book(control=False).finished(control=None)
    assert summary.verdict.notes[0].startswith("No control was run")
    assert summary.row(RowKind.CONTROL) is None
    assert [curve.arm for curve in summary.curves] == [Arm.SEARCH]
    assert [attempts.arm for attempts in summary.attempts] == [Arm.SEARCH]


def test_a_gain_within_noise_is_no_improvement(make_book: MakeBook) -> None:
    book = make_book()
    summary = book.finished(champion=1.0, control=1.02, improved=False)
    assert summary.verdict.finding is Finding.NOT_SIGNIFICANT
    assert summary.verdict.sentence == (
        "No significant improvement: the best of 55 programs is within noise of Uniform Progress "
        "on validation (+0.2 % [−0.5, 0.8]). The initial program stands."
    )
    best = summary.row(RowKind.BEST)
    (said,) = {
        a.program.id for a in book.archive.assessments("amber-fox") if a.role is Role.CHAMPION
    }
    assert (best.title, best.program_id) == ("best found", said)
    assert summary.row(RowKind.CHAMPION) is None
    assert summary.champion.trial is None


def test_without_improvement_a_known_program_that_is_better_is_named(make_book: MakeBook) -> None:
    (note,) = make_book().finished(champion=1.0, control=None, improved=False).verdict.notes
    assert re.fullmatch(
        r"A known program is better than the initial one: on held-out workloads the initial "
        r"program's cost is 1\d\.\d % above Uniform Progress \[1\d\.\d, 1\d\.\d\]\.",
        note,
    )


def test_without_improvement_nothing_is_said_of_programs_that_are_not_better(
    make_book: MakeBook,
) -> None:
    book = make_book()
    book.assess(Role.INITIAL, "greedy", ALL, 1.0)
    book.assess(Role.BASELINE, "uniform", ALL, 1.0, label="uniform")
    book.search(Arm.SEARCH, 1.0)
    book.conclude("greedy", improved=False, control=None)
    assert book.summary().verdict.notes == ()


def test_a_loss_is_called_worse(make_book: MakeBook) -> None:
    verdict = make_book().finished(champion=1.05, control=None, improved=False).verdict
    assert "is worse than Uniform Progress on validation (+5.2 % [" in verdict.sentence


def test_when_the_figures_do_not_tell_the_runs_own_reason_is_given(make_book: MakeBook) -> None:
    book = make_book()
    book.humans(ALL)
    book.search(Arm.SEARCH, 0.9)
    book.assess(Role.CHAMPION, "champion", ALL, 0.9)
    book.conclude("champion", improved=False, control=None, reason="within noise of greedy on it")
    sentence = book.summary().verdict.sentence
    assert "the best of 55 programs is within noise of greedy on it. The initial" in sentence


def test_an_unconfirmed_improvement_is_not_called_one(make_book: MakeBook) -> None:
    verdict = make_book().finished(champion=0.9, heldout=1.0).verdict
    assert verdict.finding is Finding.UNCONFIRMED
    assert verdict.sentence == (
        "Improved on validation but not confirmed on held-out workloads: cost is within noise of "
        "Uniform Progress (+0.1 % [−0.5, 0.6])."
    )
    assert verdict.control_share is None


def test_a_champion_that_loses_on_heldout_is_not_to_be_used(make_book: MakeBook) -> None:
    verdict = make_book().finished(champion=0.9, heldout=1.1).verdict
    assert verdict.finding is Finding.UNCONFIRMED
    assert "but worse on held-out workloads: cost 10.1 % above Uniform" in verdict.sentence
    assert verdict.sentence.endswith("Do not use it.")


def test_a_shift_that_undoes_the_gain_is_a_caution(make_book: MakeBook) -> None:
    notes = make_book().finished(shifted=1.1).verdict.notes
    assert any(note.startswith("Caution: on shifted workloads it is worse") for note in notes)
    notes = make_book().finished(shifted=1.0).verdict.notes
    words = "Caution: on shifted workloads it is within noise of Uniform Progress (+0.1 % ["
    assert any(note.startswith(words) for note in notes)


@pytest.mark.parametrize("split", [Split.HELDOUT, Split.SHIFTED, Split.STRESS])
def test_a_champion_that_fails_is_said_first(make_book: MakeBook, split: Split) -> None:
    book = make_book()
    book.humans(ALL)
    book.search(Arm.SEARCH, 0.9)
    book.assess(Role.CHAMPION, "champion", (Split.TRAIN, Split.VALIDATION), 0.9)
    failed = book.evaluation("champion", split, 0.9, verdict=Verdict.INVALID, detail="too late")
    book.add(Role.CHAMPION, "champion", failed)
    book.conclude("champion", improved=True, control=None)
    summary = book.summary()
    assert summary.verdict.finding is Finding.UNSOUND
    assert summary.verdict.sentence.startswith("The champion fails on ")
    assert f"(invalid in {split}/0003: too late): do not use it" in summary.verdict.sentence
    assert summary.integrity.flags


def test_a_score_above_the_bound_is_an_alarm(make_book: MakeBook) -> None:
    book = make_book()
    book.assess(Role.CANDIDATE, "champion", (Split.VALIDATION,), 0.7)
    summary = book.finished(champion=0.7)
    assert summary.verdict.finding is Finding.UNSOUND
    assert "better than the proven bound on train workloads" in summary.verdict.sentence
    assert summary.integrity.above_bound == len(ALL) + 1  # and the search's best on train
    assert "better than the proven bound on held-out workloads" in summary.integrity.flags


def test_without_heldout_results_nothing_is_confirmed(make_book: MakeBook) -> None:
    book = make_book()
    book.humans((Split.TRAIN, Split.VALIDATION))
    book.search(Arm.SEARCH, 0.9)
    book.assess(Role.CHAMPION, "champion", (Split.TRAIN, Split.VALIDATION), 0.9)
    book.conclude("champion", improved=True, control=None)
    verdict = book.summary().verdict
    assert verdict.finding is Finding.UNASSESSED
    assert "no held-out result" in verdict.sentence
    assert "below Uniform Progress" in verdict.sentence


def test_a_search_without_a_valid_program_failed(make_book: MakeBook) -> None:
    book = make_book()
    book.humans(ALL)
    for number in range(1, 7):
        verdict = Verdict.EXCEPTION if number % 2 else Verdict.REJECTED
        book.archive.add_trial("amber-fox", book.trial(number, verdict=verdict, detail="no"))
    book.archive.add_trial("amber-fox", book.trial(7, duplicate=True))
    book.conclude("greedy", improved=False, control=None)
    summary = book.summary()
    assert summary.verdict.finding is Finding.NOTHING_VALID
    assert summary.verdict.sentence == (
        "The search failed: none of 7 attempts gave a valid program (3 rejected, 3 exception, "
        "1 duplicate). The initial program stands."
    )
    assert sum(f.count for f in summary.failures) == 6


def test_a_search_that_lost_every_race_found_nothing_better_but_did_not_fail(
    make_book: MakeBook,
) -> None:
    book = make_book()
    book.humans(ALL)
    for number in range(1, 4):
        verdict = Verdict.EXCEPTION if number == 3 else Verdict.BEHIND
        book.archive.add_trial("amber-fox", book.trial(number, verdict=verdict, detail="no"))
    book.conclude("greedy", improved=False, control=None)
    verdict = book.summary().verdict
    assert verdict.finding is Finding.NOTHING_BETTER
    assert verdict.sentence == (
        "No improvement: none of 2 valid programs beats the initial program on train. "
        "The initial program stands."
    )


def test_a_run_without_a_trial_tried_nothing(make_book: MakeBook) -> None:
    book = make_book()
    book.humans(ALL)
    book.conclude("greedy", improved=False, control=None)
    assert book.summary().verdict.sentence.startswith("Nothing was tried")


@pytest.mark.parametrize(
    ("factor", "words"),
    [
        (1.3, "none of 48 valid programs beats the initial program on train"),
        (0.9, "none that beats the initial program on train is valid on validation and stress"),
    ],
)
def test_nothing_better_says_why(make_book: MakeBook, factor: float, words: str) -> None:
    book = make_book()
    book.humans(ALL)
    book.search(Arm.SEARCH, factor)
    book.conclude("greedy", improved=False, control=None)
    summary = book.summary()
    assert summary.verdict.finding is Finding.NOTHING_BETTER
    assert words in summary.verdict.sentence
    assert summary.row(RowKind.BEST) is None


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (RunStatus.INTERRUPTED, "Not finished: interrupted after 37 of 500 evaluations. Best so"),
        (RunStatus.RUNNING, "Not finished: 37 of 500 evaluations so far; the run is being worked"),
    ],
)
def test_an_unfinished_run_confirms_nothing(
    make_book: MakeBook, status: RunStatus, words: str
) -> None:
    book = make_book()
    book.humans((Split.TRAIN,))
    book.search(Arm.SEARCH, 0.9, trials=40)
    book.archive.set_status("amber-fox", status, spent_s=12.5)
    summary = book.summary()
    assert summary.verdict.finding is Finding.UNFINISHED
    assert summary.verdict.sentence.startswith(words)
    assert "(initial program $116.9); nothing is confirmed" in summary.verdict.sentence
    assert summary.run.next == ("adrs resume amber-fox",)
    assert summary.row(RowKind.BEST).title == "best so far"


def test_a_run_killed_at_its_start_still_has_a_summary(make_book: MakeBook) -> None:
    summary = make_book(evals=None).summary()
    assert summary.verdict.finding is Finding.UNFINISHED
    assert "0 evaluations so far" in summary.verdict.sentence
    assert "No valid program so far." in summary.verdict.sentence
    assert summary.rows == ()


def test_one_scenario_cannot_confirm_anything(
    make_book: MakeBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = make_book()
    monkeypatch.setattr(book, "values", lambda name, split, factor: (100.0 * factor,))
    book.bound = None
    verdict = book.finished().verdict
    assert verdict.finding is Finding.UNCONFIRMED
    assert verdict.change.low is None
    assert "(−13.0 %)" in verdict.sentence


def test_an_interval_that_leaves_out_zero_does_not_seem_to_begin_there(make_book: MakeBook) -> None:
    greedy = make_book().evaluation("greedy", Split.HELDOUT, 1.0)
    change = Estimate(mean=-0.0012, low=-0.0035, high=-0.0002)
    comparison = Comparison(
        opponent=Opponent(title="greedy", evaluation=greedy),
        difference=change,
        change=change,
        objective=Objective(metric="cost", unit="$", direction=Direction.MINIMIZE),
    )
    assert comparison.in_words() == "0.12 % below greedy [0.02, 0.35]"
    noise = replace(comparison, change=replace(change, high=0.0002))
    assert noise.signed() == "−0.1 % [−0.4, 0.0]"


def test_against_a_mean_of_zero_the_difference_is_given_in_its_unit(make_book: MakeBook) -> None:
    comparison = Comparison(
        opponent=Opponent(title="idle", evaluation=make_book().evaluation("idle", ALL[0], 0.0)),
        difference=Estimate(mean=-2.5, low=-3.0, high=-2.0),
        change=None,
        objective=Objective(metric="cost", unit="$", direction=Direction.MINIMIZE),
    )
    assert (comparison.better, comparison.worse) == (True, False)
    assert comparison.in_words() == "$2.50 below idle"
    assert comparison.signed() == "−$2.50"


def test_a_measured_change_is_a_step_wider_whatever_the_sign(make_book: MakeBook) -> None:
    objective = Objective(metric="lead", unit="s", direction=Direction.MAXIMIZE, step=0.5)
    book = make_book(objective=objective)
    after, before = (
        replace(book.evaluation("greedy", Split.HELDOUT, 1.0), values=(value,) * 9)
        for value in (-4.0, -5.0)
    )
    change = relative_change(after, before, objective)
    assert change is not None
    assert (change.low, change.mean, change.high) == pytest.approx((0.1, 0.2, 0.3))
