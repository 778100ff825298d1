from collections import Counter

from adrs.search.map_elites import MapElitesStrategy
from adrs.testing.curves import CurveProblem


def _searched() -> tuple[CurveProblem, MapElitesStrategy]:
    problem = CurveProblem(seed=4)
    strategy = MapElitesStrategy(objective=problem.objective, seed=1, evals=300)
    problem.search(strategy, trials=300)
    return problem, strategy


def test_every_elite_is_as_likely_as_any_other() -> None:
    _, strategy = _searched()
    asks = [strategy.ask(number) for number in range(1_000, 4_000)]
    counts = Counter(ask.parent.id for ask in asks)
    assert len(counts) == strategy.niches > 4
    assert max(counts.values()) < 1.5 * min(counts.values())
    assert {ask.operator for ask in asks} == {"refine"}


def test_parents_are_kept_for_what_they_do_as_well_as_for_their_score() -> None:
    problem, strategy = _searched()
    parents = {strategy.ask(number).parent for number in range(1_000, 2_000)}
    scores = sorted(score for p in parents if (score := problem.evaluate(p).score) is not None)
    assert scores[-1] > 1.2 * scores[0]


def test_the_seed_changes_the_asks() -> None:
    problem, strategy = _searched()
    other = MapElitesStrategy(objective=problem.objective, seed=2, evals=300)
    problem.search(other, trials=300)
    asks = [[s.ask(number) for number in range(1_000, 1_050)] for s in (strategy, other)]
    assert asks[0] != asks[1]
