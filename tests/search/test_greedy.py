from collections.abc import Callable

import pytest

from adrs.core.objective import Objective
from adrs.core.program import Program
from adrs.core.trial import Trial
from adrs.search.greedy import GreedyStrategy
from adrs.testing.curves import CurveProblem


@pytest.fixture
def strategy(objective: Objective) -> GreedyStrategy:
    return GreedyStrategy(objective=objective, seed=1, evals=None)


def _parent_after(strategy: GreedyStrategy, *trials: Trial) -> Program:
    for trial in trials:
        strategy.tell(trial)
    return strategy.ask(99).parent


def test_the_best_so_far_is_the_parent(
    strategy: GreedyStrategy, make_trial: Callable[..., Trial]
) -> None:
    trials = [make_trial(i, score) for i, score in enumerate((5.0, 7.0, 3.0, None, 4.0))]
    assert _parent_after(strategy, *trials) == trials[2].program


def test_equal_score_wins_only_when_shorter(
    strategy: GreedyStrategy, make_trial: Callable[..., Trial]
) -> None:
    first = make_trial(0, 5.0, source="x = 10\n")
    longer = make_trial(1, 5.0, source="x = 10 + 1\n")
    shorter = make_trial(2, 5.0, source="x = 1\n")
    assert _parent_after(strategy, first, longer) == first.program
    assert _parent_after(strategy, shorter) == shorter.program


def test_first_told_of_two_alike_in_everything_stays(
    strategy: GreedyStrategy, make_trial: Callable[..., Trial]
) -> None:
    first = make_trial(0, 5.0, source="x = 1\n")
    assert _parent_after(strategy, first, make_trial(1, 5.0, source="x = 2\n")) == first.program


def test_same_decisions_are_not_better_whatever_the_score_says(
    strategy: GreedyStrategy, make_trial: Callable[..., Trial]
) -> None:
    first = make_trial(0, 5.0, source="x = 1\n", fingerprint="same")
    noisy = make_trial(1, 4.0, source="x = 1 + 0\n", fingerprint="same")
    assert _parent_after(strategy, first, noisy) == first.program


def test_it_beats_independent_samples_on_curves() -> None:
    problem = CurveProblem(seed=2)
    strategy = GreedyStrategy(objective=problem.objective, seed=1, evals=300)
    steps = problem.search(strategy, trials=300)
    scores = [step.trial.score for step in steps if step.trial.score is not None]
    start = problem.first().score
    assert start is not None
    assert min(scores) < 0.7 * start
