"""What the scorer itself refuses; cheats that need a real sandbox run in the catalog's suite."""

from collections.abc import Callable, Mapping, Sequence
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
from adrs.sandbox.protocol import PolicyFailed

Play = Callable[[Program, Sequence[Any]], Sequence[Outcome]]
CHEATS = {cheat.name: cheat for cheat in cheats(load_problem("spot_regions"))}
DECIDED_HERE = {Verdict.INVALID, Verdict.EXCEPTION, Verdict.REJECTED}
# Verdicts of the simulator, not of the session.
BY_RULE = {"absent_zone"}


@pytest.fixture(scope="module")
def train(problem: Problem, evaluator: Evaluator[Any]) -> list[Any]:
    members = scenarios(problem.name, problem.splits[Split.TRAIN])
    return [evaluator.workload(scenario) for scenario in members]


@pytest.mark.parametrize(
    "name", [n for n, c in CHEATS.items() if c.expect in DECIDED_HERE and n not in BY_RULE]
)
def test_a_cheat_gets_the_verdict_it_expects(name: str, train: list[Any], play: Play) -> None:
    with pytest.raises(PolicyFailed) as failure:
        play(CHEATS[name].program, train)
    assert failure.value.verdict is CHEATS[name].expect


def test_a_zone_outside_the_job_is_a_broken_constraint(train: list[Any], play: Play) -> None:
    outcomes = play(CHEATS["absent_zone"].program, train)
    for task, outcome in zip(train, outcomes, strict=True):
        assert (outcome.value is None) == (task.zones < 9)
        assert ("asked for spot in zone" in outcome.violation) == (task.zones < 9)


@pytest.mark.parametrize("name", ["compare_notes", "own_deadline", "print_cost"])
def test_a_cheat_ends_as_its_honest_twin(
    name: str, train: list[Any], play: Play, baselines: Mapping[str, Program]
) -> None:
    twin = CHEATS[name].twin
    assert twin is not None
    values = [outcome.value for outcome in play(CHEATS[name].program, train)]
    assert values == [outcome.value for outcome in play(baselines[twin], train)]


@pytest.mark.parametrize("name", ["finish_where_cheap", "hop_every_tick"])
def test_what_the_published_rules_rewarded_costs_money_here(
    name: str, train: list[Any], play: Play, baselines: Mapping[str, Program]
) -> None:
    def cost(program: Program) -> float:
        return sum(outcome.value or 0.0 for outcome in play(program, train))

    assert cost(CHEATS[name].program) > cost(baselines["uniform_progress"])
