"""Sudden gains are flagged, steady ones are not."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest
from rich.console import Console

from adrs.core.evaluation import Evaluation, Verdict
from adrs.core.isolation import IsolationLevel
from adrs.core.objective import Direction, Objective
from adrs.core.program import Program
from adrs.core.run import Assessment, Conclusion, Role
from adrs.core.scenario import Split
from adrs.core.trial import Arm, Proposal, Trial
from adrs.report.problemfacts import BaselineTitle, ProblemFacts
from adrs.report.run.console import render_report
from adrs.report.run.integrity import Jump, JumpKind
from adrs.report.run.jumps import JumpWatch, champion_jump, ground_of
from adrs.report.run.jumpwords import jump_in_words

MakeBook = Callable[..., Any]
COUNT = 8
BOUND = (10.0,) * COUNT
START = (14.0,) * COUNT


def facts(direction: Direction = Direction.MINIMIZE) -> ProblemFacts:
    return ProblemFacts(
        title="",
        objective=Objective(metric="cost", unit="", direction=direction),
        reference="best",
        baselines=(BaselineTitle(name="best", title="Best"),),
    )


def evaluation(
    values: Sequence[float], split: Split = Split.TRAIN, verdict: Verdict = Verdict.OK
) -> Evaluation:
    ok = verdict is Verdict.OK
    return Evaluation(
        program_id=f"{sum(values):g}",
        split=split,
        verdict=verdict,
        score=sum(values) / len(values) if ok else None,
        values=tuple(values) if ok else (),
        isolation=IsolationLevel.L3,
        evaluator="toy 1",
    )


def assessment(role: Role, values: Sequence[float], split: Split, label: str = "") -> Assessment:
    return Assessment(role=role, label=label, program=None, evaluation=evaluation(values, split))


def assessments(
    *, human: Sequence[float] = START, bound: Sequence[float] = BOUND, split: Split = Split.TRAIN
) -> list[Assessment]:
    return [
        assessment(Role.BOUND, bound, split),
        assessment(Role.INITIAL, START, split),
        assessment(Role.BASELINE, human, split, "best"),
    ]


def jumps(
    *steps: Sequence[float],
    human: Sequence[float] = START,
    bound: Sequence[float] = BOUND,
    start: Sequence[float] = START,
) -> list[Jump]:
    """Tell a search whose trials have these values; return what is flagged."""
    ground = ground_of(assessments(human=human, bound=bound), facts(), Split.TRAIN)
    watch = JumpWatch(ground, evaluation(start))
    for number, values in enumerate(steps, start=1):
        watch.add(trial(number, evaluation(values)))
    return watch.jumps


def trial(number: int, result: Evaluation) -> Trial:
    return Trial(
        arm=Arm.SEARCH,
        number=number,
        operator="refine",
        parent_ids=(),
        proposal=Proposal(proposer="test", source=""),
        program=Program.of(""),
        evaluation=result,
    )


def changed(values: Sequence[float], **at: float) -> list[float]:
    """Return the values with some of them changed: changed(v, s3=10.0)."""
    new = list(values)
    for place, value in at.items():
        new[int(place[1:])] = value
    return new


def test_a_search_that_gets_near_the_bound_by_steps_is_not_flagged() -> None:
    steps = [[10 + 4 * 0.5**n] * COUNT for n in range(1, 12)]
    assert jumps(*steps) == []


def test_a_search_that_is_at_the_bound_at_once_is_flagged_with_its_trial() -> None:
    (jump,) = jumps([13.5] * COUNT, [10.1] * COUNT)
    assert (jump.kind, jump.trial, jump.split) == (JumpKind.MEDIAN, 2, Split.TRAIN)
    assert jump.factor == pytest.approx(35)
    assert jump.scenario is None
    assert jump.program_id == f"{10.1 * COUNT:g}"


def test_three_times_nearer_is_a_jump_and_less_is_none() -> None:
    assert jumps([10 + 4 / 2.9] * COUNT) == []
    assert len(jumps([10 + 4 / 3.1] * COUNT)) == 1


def test_the_median_scenario_decides_not_the_mean() -> None:
    half = changed([14.0] * COUNT, s0=10.4, s1=10.4, s2=10.4)
    assert jumps(half) == []
    assert len(jumps(changed(half, s3=10.4, s4=10.4))) == 1


def test_catching_up_with_a_human_program_is_no_jump() -> None:
    assert jumps([11.0] * COUNT, human=[11.0] * COUNT) == []
    assert len(jumps([10.2] * COUNT, human=[11.0] * COUNT)) == 1


def test_trials_that_are_not_the_best_so_far_or_have_no_score_say_nothing() -> None:
    ground = ground_of(assessments(), facts(), Split.TRAIN)
    watch = JumpWatch(ground, evaluation([10.1] * COUNT))
    watch.add(trial(1, evaluation([10.2] * COUNT)))
    watch.add(trial(2, evaluation([9.0] * COUNT, verdict=Verdict.IMPOSSIBLE)))
    watch.add(replace(trial(3, evaluation(START)), evaluation=None, duplicate_of="x"))
    assert watch.jumps == []


def test_a_scenario_learned_by_heart_is_flagged() -> None:
    (jump,) = jumps(changed(START, s5=10.0))
    assert (jump.kind, jump.scenario) == (JumpKind.SINGLE, "train/0005")
    assert jump.factor == pytest.approx(1e9)


def test_a_few_scenarios_learned_by_heart_are_flagged_by_the_largest() -> None:
    start = changed(START, s2=16.0)
    (jump,) = jumps(changed(start, s2=10.0, s6=10.0), start=start)
    assert jump.scenario == "train/0002"


@pytest.mark.parametrize(
    ("after", "human"),
    [
        (changed(START, s5=10.5), START),  # most of the gap, not all
        (changed(START, s5=10.0, s0=11.0, s1=13.0, s2=12.0), START),  # others move too
        (changed(START, s5=10.0, s0=15.5, s1=15.5, s2=12.0), START),  # some of them back
        (changed(START, s5=10.0), changed(START, s5=10.0)),  # a human program solves it
    ],
)
def test_a_scenario_solved_by_a_better_rule_is_not_flagged(
    after: list[float], human: list[float]
) -> None:
    assert jumps(after, human=human) == []


def test_a_scenario_that_was_near_the_bound_says_nothing() -> None:
    start = changed(START, s5=11.9)
    assert jumps(changed(start, s5=10.0), start=start) == []


def test_scenarios_with_nothing_left_to_close_do_not_count() -> None:
    # Of 8 scenarios 6 are within a hundredth of the human gap; the other two move by a fifth.
    start = [10.03] * 6 + [14.0, 14.0]
    assert jumps([10.000001] * 6 + [13.3, 13.3], start=start) == []
    assert jumps([10.0] * COUNT, start=[10.0] * 7 + [10.01]) == []


def test_gaps_of_rounding_size_do_not_count() -> None:
    large = [1e9] * COUNT
    start = [1e9 + 0.5] * COUNT
    assert jumps(large, bound=large, human=start, start=start) == []


def test_a_metric_that_is_maximised_is_watched_the_same() -> None:
    board = [
        assessment(Role.BOUND, [1.0] * COUNT, Split.TRAIN),
        assessment(Role.BASELINE, [0.7] * COUNT, Split.TRAIN, "best"),
    ]
    ground = ground_of(board, facts(Direction.MAXIMIZE), Split.TRAIN)
    watch = JumpWatch(ground, evaluation([0.7] * COUNT))
    watch.add(trial(1, evaluation([0.75] * COUNT)))
    watch.add(trial(2, evaluation([0.995] * COUNT)))
    assert [(j.trial, j.kind) for j in watch.jumps] == [(2, JumpKind.MEDIAN)]
    assert watch.jumps[0].factor == pytest.approx(50)


@pytest.mark.parametrize("missing", [Role.BOUND, Role.BASELINE])
def test_without_bound_or_reference_nothing_is_watched(missing: Role) -> None:
    board = [a for a in assessments() if a.role is not missing]
    assert ground_of(board, facts(), Split.TRAIN) is None
    watch = JumpWatch(None, evaluation(START))
    watch.add(trial(1, evaluation(BOUND)))
    assert watch.jumps == []


def conclusion(*, improved: bool = True) -> Conclusion:
    program = Program.of("")
    return Conclusion(
        champion=program,
        champion_trial=7,
        best=program,
        control=None,
        improved=improved,
        reason="",
    )


def test_a_champion_far_above_every_human_on_held_out_is_flagged() -> None:
    humans = assessments(split=Split.HELDOUT, human=[12.0] * COUNT)
    champion = assessment(Role.CHAMPION, [10.5] * COUNT, Split.HELDOUT)
    jump = champion_jump([*humans, champion], facts(), conclusion())
    assert jump is not None
    assert (jump.split, jump.trial, jump.factor) == (Split.HELDOUT, 7, 4.0)
    modest = assessment(Role.CHAMPION, [11.0] * COUNT, Split.HELDOUT)
    assert champion_jump([*humans, modest], facts(), conclusion()) is None
    assert champion_jump([*humans, champion], facts(), conclusion(improved=False)) is None
    assert champion_jump([*humans, champion], facts(), None) is None
    assert champion_jump(humans, facts(), conclusion()) is None


def test_a_report_asks_for_a_human_look(
    make_book: MakeBook, paper: Callable[[int], Console]
) -> None:
    assert make_book().finished(champion=0.87).jumps == ()
    book = make_book()
    book.humans((Split.TRAIN,))
    for number, factor in enumerate((1.1, 0.99, 0.801), start=1):
        book.archive.add_trial("amber-fox", book.trial(number, factor=factor))
    summary = book.summary()
    assert [(j.trial, j.kind) for j in summary.jumps] == [(3, JumpKind.MEDIAN)]
    for width in (60, 100):
        console = paper(width)
        render_report(summary, console)
        text = console.file.getvalue()  # type: ignore[attr-defined] # a StringIO
        assert jump_in_words(summary.jumps[0]) in " ".join(text.split())
        assert "for a human look: program" in " ".join(text.split())
        assert max(map(len, text.splitlines())) <= width


def test_a_jump_is_told_in_one_sentence() -> None:
    (median,) = jumps([10.1] * COUNT)
    assert jump_in_words(median) == (
        "for a human look: program 80.8 of trial 1 brings the median scenario 40.0 times nearer "
        "to the bound than the best program so far on train."
    )
    (single,) = jumps(changed(START, s5=10.0))
    assert jump_in_words(single) == (
        "for a human look: program 108 of trial 1 solves train/0005, which no human program does, "
        "and changes little else against the best program so far on train."
    )
    assert "over a thousand times" in jump_in_words(replace(median, factor=1e9))
    champion = jump_in_words(replace(median, split=Split.HELDOUT, trial=None))
    assert champion.endswith("than the best human program on held-out workloads.")
