from collections.abc import Callable

import pytest

from adrs.core.objective import Objective
from adrs.core.program import Program
from adrs.core.trial import Trial
from adrs.search.best_of_n import BestOfNStrategy


@pytest.fixture
def strategy(objective: Objective) -> BestOfNStrategy:
    return BestOfNStrategy(objective=objective, seed=1, evals=9)  # rounds of three


def _parents(strategy: BestOfNStrategy) -> list[Program]:
    return [strategy.ask(number).parent for number in range(1, 10)]


def test_a_round_starts_from_the_best_of_the_rounds_before(
    strategy: BestOfNStrategy, make_trial: Callable[..., Trial]
) -> None:
    trials = [make_trial(i, score) for i, score in enumerate((5.0, 6.0, 3.0, 4.0, 3.5, 2.0, None))]
    for trial in trials:
        strategy.tell(trial)
    first, best_of_first, best = trials[0].program, trials[2].program, trials[5].program
    assert _parents(strategy) == [first] * 3 + [best_of_first] * 3 + [best] * 3


def test_nothing_is_built_upon_inside_its_round(
    strategy: BestOfNStrategy, make_trial: Callable[..., Trial]
) -> None:
    first, better = make_trial(0, 5.0), make_trial(1, 1.0)
    strategy.tell(first)
    strategy.tell(better)
    assert _parents(strategy) == [first.program] * 3 + [better.program] * 6


def test_a_late_trial_counts_for_its_own_round(
    strategy: BestOfNStrategy, make_trial: Callable[..., Trial]
) -> None:
    first, early, late = make_trial(0, 5.0), make_trial(4, 3.0), make_trial(2, 2.0)
    for trial in (first, early, late):
        strategy.tell(trial)
    assert _parents(strategy) == [first.program] * 3 + [late.program] * 6


def test_a_program_that_is_no_better_starts_no_round(
    strategy: BestOfNStrategy, make_trial: Callable[..., Trial]
) -> None:
    first = make_trial(0, 5.0, source="x = 1\n")
    strategy.tell(first)
    strategy.tell(make_trial(1, 5.0, source="x = 2\n"))
    assert set(_parents(strategy)) == {first.program}


@pytest.mark.parametrize("order", [(1, 4), (4, 1)])
def test_of_equals_that_of_the_earlier_round_is_built_upon_whichever_is_told_first(
    strategy: BestOfNStrategy, make_trial: Callable[..., Trial], order: tuple[int, int]
) -> None:
    first, equals = make_trial(0, 5.0), {number: make_trial(number, 3.0) for number in order}
    for trial in (first, *equals.values()):
        strategy.tell(trial)
    assert _parents(strategy) == [first.program] * 3 + [equals[1].program] * 6


def test_rounds_grow_with_the_budget(
    objective: Objective, make_trial: Callable[..., Trial]
) -> None:
    strategy = BestOfNStrategy(objective=objective, seed=1, evals=400)
    first, better = make_trial(0, 5.0), make_trial(1, 1.0)
    strategy.tell(first)
    strategy.tell(better)
    parents = [strategy.ask(number).parent for number in range(1, 41)]
    assert parents == [first.program] * 20 + [better.program] * 20
