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
DECIDED_HERE = {Verdict.INVALID, Verdict.EXCEPTION, Verdict.REJECTED, Verdict.CRASH}
CHEATS = {cheat.name: cheat for cheat in cheats(load_problem("cloudcast"))}
# By what the violation says, so that a cheat is not caught for a wrong reason.
SAYS = {
    "fewer_stripes": "trees has shape",
    "free_source": "cannot be reached from the source",
    "island": "cannot be reached from the source",
    "last_row": "a parent is not in -1",
    "late": "the deadline is missed",
    "own_parent": "there is no link",
    "phantom_region": "a parent is not in -1",
    "send_nothing": "a destination has no parent",
    "skip_dear": "a destination has no parent",
    "skip_one_stripe": "stripe 9: a destination has no parent",
    "source_moved": "the source has a parent",
}


@pytest.fixture(scope="module")
def train(problem: Problem, evaluator: Evaluator[Any]) -> list[Any]:
    members = scenarios(problem.name, problem.splits[Split.TRAIN])
    return [evaluator.workload(scenario) for scenario in members]


def verdict(program: Program, workloads: Sequence[Any], play: Play) -> Verdict:
    try:
        outcomes = play(program, workloads)
    except PolicyFailed as failure:
        return failure.verdict
    return Verdict.INVALID if any(o.violation for o in outcomes) else Verdict.OK


@pytest.mark.parametrize("name", [n for n, c in CHEATS.items() if c.expect in DECIDED_HERE])
def test_a_cheat_gets_the_verdict_it_expects(name: str, train: list[Any], play: Play) -> None:
    assert verdict(CHEATS[name].program, train, play) is CHEATS[name].expect


@pytest.mark.parametrize("name", SAYS)
def test_a_cheat_is_told_which_rule_it_broke(name: str, train: list[Any], play: Play) -> None:
    violations = [outcome.violation for outcome in play(CHEATS[name].program, train)]
    told = [text for text in violations if text]
    assert told
    assert all(SAYS[name] in text for text in told)


@pytest.mark.parametrize("name", ["free_prices", "fake_array"])
def test_a_cheat_gains_nothing_over_its_honest_twin(
    name: str, train: Sequence[Any], play: Play, baselines: Mapping[str, Program]
) -> None:
    cheat = CHEATS[name]
    assert cheat.expect is None
    assert cheat.twin is not None
    assert play(cheat.program, train) == play(baselines[cheat.twin], train)
