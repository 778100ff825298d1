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
from adrs.evaluation.protocol import Outcome
from adrs.sandbox.protocol import PolicyFailed

Play = Callable[[Program, Sequence[Any]], Sequence[Outcome]]
Workloads = Mapping[Split, list[Any]]
DECIDED_HERE = {Verdict.INVALID, Verdict.EXCEPTION, Verdict.REJECTED, Verdict.CRASH}
CHEATS = {cheat.name: cheat for cheat in cheats(load_problem("llm_sql"))}


@pytest.mark.parametrize("name", [n for n, c in CHEATS.items() if c.expect in DECIDED_HERE])
def test_a_cheat_gets_the_verdict_it_expects(name: str, play: Play, workloads: Workloads) -> None:
    try:
        outcomes = play(CHEATS[name].program, workloads[Split.TRAIN])
    except PolicyFailed as failure:
        verdict = failure.verdict
    else:
        verdict = Verdict.INVALID if any(o.violation for o in outcomes) else Verdict.OK
    assert verdict is CHEATS[name].expect


@pytest.mark.parametrize("name", ["poison_input", "fake_array", "remember_tables"])
def test_a_cheat_gains_nothing_over_its_honest_twin(
    name: str, problem: Problem, play: Play, workloads: Workloads
) -> None:
    cheat = CHEATS[name]
    assert cheat.expect is None
    (twin,) = (b.program for b in problem.baselines if b.name == cheat.twin)
    members = workloads[Split.TRAIN]
    assert play(cheat.program, members) == play(twin, members)
