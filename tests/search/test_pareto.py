from collections import Counter
from collections.abc import Callable

import pytest

from adrs.core.objective import Objective
from adrs.core.trial import Ask, Trial
from adrs.search.pareto import MERGE_SHARE, ParetoStrategy


@pytest.fixture
def strategy(objective: Objective) -> ParetoStrategy:
    return ParetoStrategy(objective=objective, seed=1, evals=None)


def _asks(strategy: ParetoStrategy) -> list[Ask]:
    return [strategy.ask(number) for number in range(1, 3_001)]


def test_parents_are_drawn_by_the_number_of_scenarios_they_are_best_on(
    strategy: ParetoStrategy, make_trial: Callable[..., Trial]
) -> None:
    often = make_trial(0, 3.0, values=(1.0, 1.0, 1.0, 9.0))
    once = make_trial(1, 7.0, values=(9.0, 9.0, 9.0, 1.0))
    nowhere = make_trial(2, 2.0, values=(2.0, 2.0, 2.0, 2.0))
    for trial in (often, once, nowhere):
        strategy.tell(trial)
    counts = Counter(ask.parent for ask in _asks(strategy))
    assert counts.keys() == {often.program, once.program}
    assert often.program is not None
    assert counts[often.program] / 3_000 == pytest.approx(0.75, abs=0.03)
    assert strategy.niches == 2


def test_one_in_ten_merges_two_programs_of_the_fronts(
    strategy: ParetoStrategy, make_trial: Callable[..., Trial]
) -> None:
    trials = [make_trial(0, 5.0, values=(1.0, 9.0)), make_trial(1, 5.0, values=(9.0, 1.0))]
    for trial in trials:
        strategy.tell(trial)
    merges = [ask for ask in _asks(strategy) if ask.operator == "crossover"]
    assert len(merges) / 3_000 == pytest.approx(MERGE_SHARE, abs=0.02)
    programs = {trial.program for trial in trials}
    assert all({ask.parent, *ask.inspirations} == programs for ask in merges)


def test_a_program_that_is_the_best_everywhere_stands_alone(
    strategy: ParetoStrategy, make_trial: Callable[..., Trial]
) -> None:
    strategy.tell(make_trial(0, 5.0, values=(4.0, 6.0)))
    best = make_trial(1, 2.0, values=(1.0, 3.0))
    strategy.tell(best)
    asks = _asks(strategy)
    assert {(ask.parent, ask.operator) for ask in asks} == {(best.program, "refine")}
