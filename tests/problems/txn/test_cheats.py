"""What the scorer itself refuses; cheats that need a real sandbox run in the catalog's suite."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest

from adrs.catalog.problems import load_problem
from adrs.core.evaluation import Verdict
from adrs.core.program import Program
from adrs.core.scenario import Split
from adrs.engine.check import cheats
from adrs.evaluation.protocol import Outcome
from adrs.sandbox.protocol import PolicyFailed

Play = Callable[[Program, Sequence[Any]], Sequence[Outcome]]
DECIDED_HERE = {Verdict.INVALID, Verdict.EXCEPTION, Verdict.REJECTED, Verdict.CRASH}
CHEATS = {cheat.name: cheat for cheat in cheats(load_problem("txn"))}


def verdict(program: Program, train: Sequence[Any], play: Play) -> Verdict:
    try:
        outcomes = play(program, train)
    except PolicyFailed as failure:
        return failure.verdict
    return Verdict.INVALID if any(outcome.violation for outcome in outcomes) else Verdict.OK


@pytest.fixture(scope="module")
def train(workloads: Callable[[Split], list[Any]]) -> list[Any]:
    return workloads(Split.TRAIN)


@pytest.mark.parametrize("name", [n for n, c in CHEATS.items() if c.expect in DECIDED_HERE])
def test_a_cheat_gets_the_verdict_it_expects(name: str, train: list[Any], play: Play) -> None:
    assert verdict(CHEATS[name].program, train, play) is CHEATS[name].expect


@pytest.mark.parametrize("name", ["poison_input", "fake_array"])
def test_a_cheat_gains_nothing_over_its_honest_twin(
    name: str, train: list[Any], play: Play, baselines: Mapping[str, Program]
) -> None:
    twin = CHEATS[name].twin
    assert twin is not None
    assert play(CHEATS[name].program, train) == play(baselines[twin], train)
