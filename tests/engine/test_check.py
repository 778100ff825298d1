"""What a problem's check makes of values that are measured, and of those that are not."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from adrs.catalog.problems import load_problem
from adrs.core.evaluation import Evaluation, Verdict
from adrs.core.isolation import IsolationLevel
from adrs.core.program import Program
from adrs.core.scenario import Split
from adrs.engine.check import (
    Cheat,
    Mutants,
    cheats,
    check_order,
    check_splits,
    judge_cheat,
    same_worth,
)
from adrs.errors import ProblemError

CHEAT = Cheat(name="lie", program=Program.of("x = 1\n"), expect=None, twin="honest")


def result(*values: float) -> Evaluation:
    return Evaluation(
        program_id="p",
        split=Split.TRAIN,
        verdict=Verdict.OK,
        score=sum(values) / len(values),
        values=values,
        isolation=IsolationLevel.L3,
        evaluator="line 1",
    )


@pytest.mark.parametrize(
    "spoil",
    [
        lambda cheat: cheat.write_bytes(b'"""\nexpect: ok\n"""\n# \xff\n'),
        lambda cheat: cheat.mkdir(),
        lambda cheat: cheat.symlink_to("nowhere.py"),
    ],
)
def test_a_cheat_that_cannot_be_read_is_named(toy: Path, spoil: Callable[[Path], object]) -> None:
    (toy / "cheats").mkdir()
    spoil(toy / "cheats" / "lie.py")
    with pytest.raises(ProblemError, match=r"cheats/lie\.py: cannot be read: "):
        cheats(load_problem(toy))


@pytest.mark.parametrize(("shift", "right"), [(0.0, True), (-0.5, True), (0.1, True), (3.0, False)])
def test_a_baseline_may_not_be_clearly_better_than_the_next(
    bench: Any, shift: float, *, right: bool
) -> None:
    """Paired noise of up to 1 in either way."""
    weak, strong = bench.problem.baselines[:2]
    problem = replace(bench.problem, baselines=(weak, strong))
    worse = problem.objective.fitness(shift)
    second = [10.0 - worse + (-1) ** place for place in range(12)]
    finding = check_order(problem, [result(*[10.0] * 12), result(*second)])
    assert finding.ok is right
    assert right or finding.found == f"{weak.name} is better than {strong.name}"


@pytest.mark.parametrize(
    ("heldout", "step", "words"),
    [
        ((2.0, 4.0, 9.0), 0.0, "no scenario of one is like one of another"),
        ((1.0, 5.0, 8.0), 0.0, "heldout/0000 is like train/0000: every program has the same"),
        ((2.0, 2.0, 4.0), 0.0, "no scenario of one is like one of another"),  # two values only
        ((1.0, 5.0, 8.0), 0.5, "measured values do not tell them apart"),
    ],
)
def test_a_scenario_that_two_splits_share_is_found(
    bench: Any, heldout: tuple[float, ...], step: float, words: str
) -> None:
    searched = ((1.0, 2.0), (5.0, 2.0), (8.0, 4.0))
    played = {
        Split.TRAIN: [result(*values) for values in searched],
        Split.HELDOUT: [result(value) for value in heldout],
        Split.STRESS: [result(*values) for values in searched],
    }
    finding = check_splits(replace(bench.problem.objective, step=step), played)
    assert finding.found.startswith(words)
    assert finding.ok is not words.startswith("heldout")


@pytest.mark.parametrize(
    ("step", "first", "second", "same"),
    [
        (0.0, (1.0, 2.0), (1.0, 2.0), True),
        (0.0, (1.0, 2.0), (1.0, 2.0 + 1e-12), False),
        (0.5, (1.0, 2.0), (1.5, 1.5), True),
        (0.5, (1.0, 2.0), (1.0, 3.0), False),
        (0.5, (1.0, 2.0), (1.0,), False),
    ],
)
def test_two_evaluations_agree_exactly_or_within_a_step(
    bench: Any, step: float, first: tuple[float, ...], second: tuple[float, ...], *, same: bool
) -> None:
    objective = replace(bench.problem.objective, step=step)
    assert same_worth(objective, result(*first), result(*second)) is same


@pytest.mark.parametrize(
    ("step", "gain", "caught"),
    [(0.0, 0.0, True), (0.0, 0.1, False), (0.5, 0.5, True), (0.5, 1.0, False), (0.5, -2.0, True)],
)
def test_a_cheat_may_not_gain_more_than_its_twin_could_by_being_measured_again(
    bench: Any, step: float, gain: float, *, caught: bool
) -> None:
    problem = replace(bench.problem, objective=replace(bench.problem.objective, step=step))
    sign = problem.objective.fitness(1.0)
    finding = judge_cheat(problem, CHEAT, result(4.0 + sign * gain), result(4.0))
    assert finding.ok is caught


def test_why_mutants_fail_is_told_by_the_most_frequent_verdict() -> None:
    failures = (
        (Verdict.REJECTED, "no edit"),
        (Verdict.INVALID, "not a permutation\nof 5 jobs"),
        (Verdict.INVALID, "not a permutation of 20 jobs"),
    )
    mutants = Mutants(tried=120, valid=117, failures=failures)
    told = "most often invalid (2), first with: not a permutation of 5 jobs"
    assert mutants.usual_failure == f"; {told}"
