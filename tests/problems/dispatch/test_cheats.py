"""What the scorer itself refuses; cheats that need a real sandbox run in the catalog's suite."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest

from adrs.catalog.problems import load_problem
from adrs.core.evaluation import Verdict
from adrs.core.program import Program
from adrs.engine.check import cheats
from adrs.evaluation.protocol import Outcome
from adrs.sandbox.protocol import PolicyFailed

Play = Callable[[Program, Sequence[Any]], Sequence[Outcome]]
DECIDED_HERE = {Verdict.INVALID, Verdict.EXCEPTION, Verdict.REJECTED, Verdict.CRASH}
CHEATS = {cheat.name: cheat for cheat in cheats(load_problem("dispatch"))}


def verdict(program: Program, workloads: Sequence[Any], play: Play) -> Verdict:
    try:
        outcomes = play(program, workloads)
    except PolicyFailed as failure:
        return failure.verdict
    return Verdict.INVALID if any(outcome.violation for outcome in outcomes) else Verdict.OK


@pytest.mark.parametrize("name", [n for n, c in CHEATS.items() if c.expect in DECIDED_HERE])
def test_a_cheat_gets_the_verdict_it_expects(name: str, train: list[Any], play: Play) -> None:
    assert verdict(CHEATS[name].program, train, play) is CHEATS[name].expect


@pytest.mark.parametrize("name", ["probe_for_ever", "shrink_task"])
def test_a_cheat_gains_nothing_over_its_honest_twin(
    name: str, train: list[Any], play: Play, baselines: Mapping[str, Program]
) -> None:
    twin = CHEATS[name].twin
    assert twin is not None
    pairs = zip(play(CHEATS[name].program, train), play(baselines[twin], train), strict=True)
    for cheat, honest in pairs:
        assert cheat.value is not None
        assert honest.value is not None
        assert cheat.value >= honest.value


def test_schedulers_that_share_a_board_are_found_out_in_most_clusters(
    train: list[Any], play: Play
) -> None:
    violations = [o.violation for o in play(CHEATS["shared_board"].program, train)]
    assert sum("asked again" in violation for violation in violations) > len(train) / 2
