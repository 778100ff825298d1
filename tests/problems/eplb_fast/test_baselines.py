"""The CPU limit itself is tried in the catalog's suite, where programs run in a real sandbox."""

from collections.abc import Sequence
from statistics import fmean
from typing import Any

import pytest

from adrs.catalog.problems import evaluator_reference, load_problem
from adrs.core.evaluation import Verdict
from adrs.core.problem import Problem
from adrs.core.program import Program
from adrs.core.scenario import Split
from adrs.engine.check import cheats
from adrs.evaluation.instrument import build_evaluator
from adrs.evaluation.protocol import Evaluator, Outcome
from adrs.evaluation.splits import scenarios
from adrs.sandbox.protocol import Job, PolicyFailed
from adrs.testing.sandbox import InlineSandbox

PROBLEM = load_problem("eplb_fast")
# In-process the host's other work is timed too; these tests are not about time.
UNTIMED = {**PROBLEM.params, "cpu_share": 0.0}
EVALUATOR: Evaluator[Any] = build_evaluator(evaluator_reference(PROBLEM), UNTIMED)
STRENGTH = ["static", "batched", "zigzag", "zigzag_smoothed", "batched_smoothed"]
PROGRAMS = {baseline.name: baseline.program for baseline in PROBLEM.baselines}
GOLDEN = {
    "static": [0.166835627, 0.332570739, 0.467176804],
    "batched": [0.571543624, 0.689075344, 0.761105676],
    "zigzag": [0.683490306, 0.713189665, 0.771684038],
    "zigzag_smoothed": [0.758035168, 0.779520817, 0.840464114],
    "batched_smoothed": [0.755368788, 0.777318488, 0.829815479],
}
CHEATS = {cheat.name: cheat for cheat in cheats(PROBLEM)}
DECIDED_HERE = [name for name, cheat in CHEATS.items() if cheat.expect is Verdict.INVALID]


def workloads(split: Split, count: int | None = None, problem: Problem = PROBLEM) -> list[Any]:
    members = scenarios(problem.name, problem.splits[split])
    return [EVALUATOR.workload(scenario) for scenario in members[:count]]


def play(program: Program, members: Sequence[Any]) -> list[Outcome]:
    job = Job(source=program.source, interface=EVALUATOR.interface, limits=PROBLEM.limits)
    return list(EVALUATOR.play(members, InlineSandbox().open(job)))


def values(program: Program, members: Sequence[Any]) -> list[float]:
    return [outcome.value for outcome in play(program, members) if outcome.value is not None]


@pytest.mark.parametrize("name", STRENGTH)
def test_values_on_the_first_train_scenarios_are_pinned(name: str) -> None:
    found = values(PROGRAMS[name], workloads(Split.TRAIN, 3))
    assert found == pytest.approx(GOLDEN[name], abs=1e-9)


def test_baselines_are_listed_from_weak_to_strong() -> None:
    assert list(PROGRAMS) == STRENGTH
    members = workloads(Split.VALIDATION)
    means = [fmean(values(PROGRAMS[name], members)) for name in STRENGTH]
    assert means == sorted(means)


def test_the_initial_program_balances_as_the_published_greedy_does() -> None:
    """Ties may go another way, which matters in the fifth digit at most."""
    greedy = load_problem("eplb").initial
    for split in (Split.TRAIN, Split.STRESS):
        members = workloads(split, 8)
        expected = values(greedy, members)
        assert values(PROBLEM.initial, members) == pytest.approx(expected, abs=2e-3)
        assert fmean(values(PROBLEM.initial, members)) == pytest.approx(fmean(expected), abs=2e-4)
    assert PROBLEM.initial.id == PROGRAMS[PROBLEM.reference].id


@pytest.mark.parametrize("name", STRENGTH)
def test_baselines_are_valid_on_the_stress_shapes(name: str) -> None:
    members = workloads(Split.STRESS)
    outcomes = play(PROGRAMS[name], members)
    assert [outcome.violation for outcome in outcomes] == [""] * len(members)


def test_whole_models_are_asked_for() -> None:
    depths = {
        split: {work.shape.layers for work in workloads(split, 6)}
        for split in (Split.TRAIN, Split.SHIFTED)
    }
    assert depths == {Split.TRAIN: {58, 16}, Split.SHIFTED: {59, 94, 60}}


def verdict(program: Program, members: Sequence[Any]) -> Verdict:
    try:
        outcomes = play(program, members)
    except PolicyFailed as failure:
        return failure.verdict
    return Verdict.INVALID if any(outcome.violation for outcome in outcomes) else Verdict.OK


@pytest.mark.parametrize("name", DECIDED_HERE)
def test_a_cheat_gets_the_verdict_it_expects(name: str) -> None:
    assert verdict(CHEATS[name].program, workloads(Split.TRAIN, 4)) is CHEATS[name].expect


def test_time_is_what_the_problem_limits() -> None:
    assert 0.0 < float(PROBLEM.params["cpu_share"]) < 1.0
    refused = [name for name, cheat in CHEATS.items() if cheat.expect is Verdict.TIMEOUT]
    assert len(refused) >= 5
