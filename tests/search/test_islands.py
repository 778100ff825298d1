"""What the islands strategy adds to the shared contract."""

from collections.abc import Callable
from dataclasses import replace
from statistics import fmean
from typing import Any

import pytest

from adrs.core.objective import Objective
from adrs.core.trial import Ask, Trial
from adrs.search.greedy import GreedyStrategy
from adrs.search.islands import IslandsStrategy
from adrs.search.random import RandomStrategy
from adrs.search.settings import IslandsSettings
from adrs.testing.curves import CurveProblem
from adrs.testing.strategy import StrategyFactory

ON = IslandsSettings(islands=4, population=8, migration_every=40, reset_every=120)


def _asks(settings: IslandsSettings, *, seed: int = 1, trials: int = 300) -> list[Ask]:
    problem = CurveProblem(seed=4)
    strategy = IslandsStrategy(
        objective=problem.objective, seed=seed, evals=trials, settings=settings
    )
    return [step.ask for step in problem.search(strategy, trials=trials, window=8)]


@pytest.mark.parametrize(
    "off",
    [
        {"islands": 1},
        {"niche_share": 0.0},
        {"crossover": 0.0},
        {"failure_weight": False},
        {"migration_every": 0},
        {"reset_every": 0},
        {"tournament": 1},
        {"population": 1},
        {"bins": 1},
    ],
    ids=str,
)
def test_switching_a_feature_off_changes_the_asks(off: dict[str, Any]) -> None:
    assert _asks(replace(ON, **off)) != _asks(ON)


def test_switching_a_schedule_off_changes_nothing_before_it_is_due() -> None:
    with_reset, without = _asks(ON), _asks(replace(ON, reset_every=0))
    first_difference = next(
        i for i, (a, b) in enumerate(zip(with_reset, without, strict=True)) if a != b
    )
    assert first_difference >= 120


def test_the_seed_changes_the_asks() -> None:
    assert _asks(ON, seed=1) != _asks(ON, seed=2)


def test_crossovers_have_one_donor_and_refinements_none() -> None:
    asks = _asks(ON)
    crossed = [ask for ask in asks if ask.operator == "crossover"]
    assert all(len(ask.inspirations) == 1 for ask in crossed)
    assert all(ask.inspirations == () for ask in asks if ask.operator == "refine")
    assert len(crossed) / len(asks) == pytest.approx(0.2, abs=0.07)


def test_no_crossover_when_it_is_switched_off() -> None:
    assert {ask.operator for ask in _asks(replace(ON, crossover=0.0))} == {"refine"}


def test_programs_that_decide_alike_are_one_parent(
    objective: Objective, make_trial: Callable[..., Trial]
) -> None:
    strategy = IslandsStrategy(objective=objective, seed=1, evals=100)
    strategy.tell(make_trial(0, 5.0, source="x = 1 + 1 + 1\n", fingerprint="same"))
    for number, source in enumerate(("x = 1 + 2\n", "x = 3\n", "x = 4 - 1\n"), start=1):
        strategy.tell(make_trial(number, 5.0, source=source, fingerprint="same"))
    asks = [strategy.ask(number) for number in range(4, 60)]
    assert {ask.parent.source for ask in asks} == {"x = 3\n"}
    assert all(ask.inspirations == () for ask in asks)


def test_parents_with_failed_children_are_asked_less(
    objective: Objective, make_trial: Callable[..., Trial]
) -> None:
    settings = IslandsSettings(islands=1, niche_share=0.0)
    strategy = IslandsStrategy(objective=objective, seed=1, evals=100, settings=settings)
    best, other = make_trial(0, 1.0), make_trial(1, 2.0)
    assert best.program is not None
    strategy.tell(best)
    strategy.tell(other)

    def share_of_best() -> float:
        asks = [strategy.ask(number) for number in range(100, 500)]
        return sum(ask.parent == best.program for ask in asks) / len(asks)

    fresh = share_of_best()
    for number in range(2, 22):
        strategy.tell(make_trial(number, None, parent=best.program.id))
    assert fresh > 0.8
    assert share_of_best() < 0.3


def test_niches_are_counted_and_islands_without_them() -> None:
    problem = CurveProblem(seed=4)
    counts = {}
    for share in (0.0, 0.2):
        strategy = IslandsStrategy(
            objective=problem.objective,
            seed=1,
            evals=300,
            settings=replace(ON, niche_share=share),
        )
        assert strategy.niches == 0
        problem.search(strategy, trials=300)
        counts[share] = strategy.niches
    assert counts[0.0] == 4
    assert counts[0.2] > 4


def test_it_crosses_the_valley_of_curves_where_greedy_stays() -> None:
    def best(factory: StrategyFactory, seed: int) -> float:
        problem = CurveProblem(seed=seed)
        strategy = factory(objective=problem.objective, seed=seed, evals=2_000)
        steps = problem.search(strategy, trials=2_000, window=8)
        return min(step.trial.score for step in steps if step.trial.score is not None)

    islands = fmean(best(IslandsStrategy, seed) for seed in range(3))
    for other in (GreedyStrategy, RandomStrategy):
        assert islands < 0.8 * fmean(best(other, seed) for seed in range(3))
