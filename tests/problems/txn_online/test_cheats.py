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
CHEATS = {cheat.name: cheat for cheat in cheats(load_problem("txn_online"))}


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


def test_streams_of_a_batch_have_nothing_to_tell_each_other(
    train: list[Any], play: Play, baselines: Mapping[str, Program]
) -> None:
    cheat = CHEATS["shared_streams"]
    assert cheat.twin == "first_come"
    assert play(cheat.program, train) == play(baselines["first_come"], train)


def test_waiting_for_ever_serves_everybody_in_the_end_and_late(
    train: list[Any], play: Play, baselines: Mapping[str, Program]
) -> None:
    late = play(CHEATS["wait_for_ever"].program, train)
    honest = play(baselines["first_come"], train)
    for load, waited, served in zip(train, late, honest, strict=True):
        assert waited.value is not None
        assert served.value is not None
        assert waited.metrics["forced"] >= 1
        assert waited.value >= int(load.work.lengths.sum())
        assert waited.value > served.value
