"""What a problem's check makes of values that are measured, and of those that are not."""

from dataclasses import replace
from typing import Any

import pytest

from adrs.core.evaluation import Evaluation, Verdict
from adrs.core.isolation import IsolationLevel
from adrs.core.program import Program
from adrs.core.scenario import Split
from adrs.engine.check import Cheat, judge_cheat, same_worth

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
