"""Speed itself is tried in the catalog's suite, where programs run in a real sandbox."""

from collections.abc import Sequence
from statistics import fmean
from typing import Any

import pytest

from adrs.catalog.problems import evaluator_reference, load_problem
from adrs.core.evaluation import Verdict
from adrs.core.program import Program
from adrs.core.scenario import Split
from adrs.engine.check import cheats
from adrs.evaluation.instrument import build_evaluator
from adrs.evaluation.protocol import Evaluator, Outcome
from adrs.evaluation.splits import scenarios
from adrs.sandbox.protocol import Job, PolicyFailed
from adrs.testing.sandbox import InlineSandbox

PROBLEM = load_problem("eplb_speed")
EVALUATOR: Evaluator[Any] = build_evaluator(evaluator_reference(PROBLEM), PROBLEM.params)
PROGRAMS = {baseline.name: baseline.program for baseline in PROBLEM.baselines}
BALANCE = {
    "batched_smoothed": 0.771083738,
    "batched": 0.667519465,
    "zigzag_smoothed": 0.768903179,
    "zigzag": 0.702923981,
}
CHEATS = {cheat.name: cheat for cheat in cheats(PROBLEM)}
DECIDED_HERE = [name for name, cheat in CHEATS.items() if cheat.expect is Verdict.INVALID]


def workloads(split: Split, count: int | None = None) -> list[Any]:
    members = scenarios(PROBLEM.name, PROBLEM.splits[split])
    return [EVALUATOR.workload(scenario) for scenario in members[:count]]


def play(program: Program, members: Sequence[Any]) -> list[Outcome]:
    job = Job(source=program.source, interface=EVALUATOR.interface, limits=PROBLEM.limits)
    return list(EVALUATOR.play(members, InlineSandbox().open(job)))


def test_the_value_is_a_whole_number_of_the_steps_that_the_problem_names() -> None:
    assert PROBLEM.objective.measured
    for name in ("batched", "zigzag"):
        for outcome in play(PROGRAMS[name], workloads(Split.TRAIN, 2)):
            assert outcome.value is not None
            assert outcome.value % PROBLEM.objective.step == 0.0


@pytest.mark.parametrize("name", list(PROGRAMS))
def test_balance_on_the_first_train_scenarios_is_pinned(name: str) -> None:
    outcomes = play(PROGRAMS[name], workloads(Split.TRAIN, 4))
    mean = fmean(outcome.metrics["balancedness"] for outcome in outcomes)
    assert mean == pytest.approx(BALANCE[name], abs=1e-9)


@pytest.mark.parametrize("split", [Split.SHIFTED, Split.STRESS])
@pytest.mark.parametrize("name", list(PROGRAMS))
def test_baselines_balance_no_worse_than_the_greedy_on_other_shapes(
    name: str, split: Split
) -> None:
    members = workloads(split, 6 if split is Split.SHIFTED else None)
    outcomes = play(PROGRAMS[name], members)
    assert [outcome.violation for outcome in outcomes] == [""] * len(members)


def test_the_initial_program_has_balance_to_give_away() -> None:
    members = workloads(Split.TRAIN, 6)
    least = fmean(work.yardstick for work in members)
    outcomes = play(PROBLEM.initial, members)
    assert fmean(outcome.metrics["balancedness"] for outcome in outcomes) > least + 0.05


def verdict(program: Program, members: Sequence[Any]) -> Verdict:
    try:
        outcomes = play(program, members)
    except PolicyFailed as failure:
        return failure.verdict
    return Verdict.INVALID if any(outcome.violation for outcome in outcomes) else Verdict.OK


@pytest.mark.parametrize("name", DECIDED_HERE)
def test_a_cheat_gets_the_verdict_it_expects(name: str) -> None:
    assert verdict(CHEATS[name].program, workloads(Split.TRAIN)) is CHEATS[name].expect


def test_programs_that_hide_work_are_held_against_an_honest_twin() -> None:
    hidden = {
        "tables_at_import", "one_slow_call", "stop_the_clock", "work_in_conversion",
        "slow_the_greedy", "sleep",
    }  # fmt: skip
    assert {name for name, cheat in CHEATS.items() if cheat.twin == "zigzag"} == hidden
