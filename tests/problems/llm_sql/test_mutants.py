"""No program that blind edits make of the initial one is better than the bound."""

from adrs.api import compose
from adrs.core.evaluation import Verdict
from adrs.core.problem import Problem
from adrs.core.program import Program
from adrs.core.scenario import Split
from adrs.core.seeds import derive_seed
from adrs.core.trial import Ask

MUTANTS = 40


def test_mutants_stay_within_the_bounds(problem: Problem) -> None:
    mutator = compose.PROPOSERS["mutator/ast"](problem)
    ask = Ask(operator="refine", parent=problem.initial)
    proposals = [mutator.propose(ask, seed=derive_seed("bounds", i)) for i in range(MUTANTS)]
    programs = [Program.of(p.source) for p in proposals if p.source is not None]
    tool = compose.instrument(problem)
    with compose.pool(tool, level=compose.isolation(), workers=2) as pool:
        verdicts = [result.verdict for result in pool.evaluate(programs, Split.TRAIN)]
    assert Verdict.IMPOSSIBLE not in verdicts
    assert verdicts.count(Verdict.OK) >= MUTANTS / 2
