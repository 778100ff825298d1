"""What the scorer itself refuses; cheats that need a real sandbox run in the catalog's suite."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from adrs.catalog.problems import load_problem
from adrs.core.evaluation import Verdict
from adrs.core.problem import Problem
from adrs.core.program import Program
from adrs.core.scenario import Split
from adrs.engine.check import cheats
from adrs.evaluation.protocol import Evaluator, Outcome
from adrs.evaluation.splits import scenarios
from adrs.sandbox.protocol import Job, PolicyFailed
from adrs.testing.sandbox import InlineSandbox

DECIDED_HERE = {Verdict.INVALID, Verdict.EXCEPTION, Verdict.REJECTED, Verdict.CRASH}
CHEATS = {cheat.name: cheat for cheat in cheats(load_problem("spot"))}


@pytest.fixture(scope="module")
def train(problem: Problem, evaluator: Evaluator[Any]) -> list[Any]:
    members = scenarios(problem.name, problem.splits[Split.TRAIN])
    return [evaluator.workload(scenario) for scenario in members]


def play(
    program: Program, tasks: Sequence[Any], problem: Problem, evaluator: Evaluator[Any]
) -> Sequence[Outcome]:
    job = Job(source=program.source, interface=evaluator.interface, limits=problem.limits)
    return evaluator.play(tasks, InlineSandbox().open(job))


@pytest.mark.parametrize("name", [n for n, c in CHEATS.items() if c.expect in DECIDED_HERE])
def test_a_cheat_gets_the_verdict_it_expects(
    name: str, train: list[Any], problem: Problem, evaluator: Evaluator[Any]
) -> None:
    with pytest.raises(PolicyFailed) as failure:
        play(CHEATS[name].program, train, problem, evaluator)
    assert failure.value.verdict is CHEATS[name].expect


@pytest.mark.parametrize("name", ["shared_trace", "stretch_deadline"])
def test_a_cheat_ends_as_its_honest_twin(
    name: str,
    train: list[Any],
    problem: Problem,
    evaluator: Evaluator[Any],
    baselines: Mapping[str, Program],
) -> None:
    twin = CHEATS[name].twin
    assert twin is not None
    values = [o.value for o in play(CHEATS[name].program, train, problem, evaluator)]
    honest = [o.value for o in play(baselines[twin], train, problem, evaluator)]
    assert values == honest
