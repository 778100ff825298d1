from adrs.search.random import RandomStrategy
from adrs.testing.curves import CurveProblem


def test_every_ask_is_for_a_refinement_of_the_initial_program() -> None:
    problem = CurveProblem()
    strategy = RandomStrategy(objective=problem.objective, seed=1, evals=None)
    steps = problem.search(strategy, trials=100)
    assert {step.ask.parent for step in steps} == {problem.initial}
    assert {step.ask.operator for step in steps} == {"refine"}
    start = problem.first().score
    assert start is not None
    assert any(s.trial.score is not None and s.trial.score < start for s in steps)
