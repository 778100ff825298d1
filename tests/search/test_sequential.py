from collections.abc import Callable

from adrs.core.objective import Objective
from adrs.core.trial import Trial
from adrs.search.sequential import SequentialStrategy


def test_the_last_scored_program_is_the_parent_better_or_worse(
    objective: Objective, make_trial: Callable[..., Trial]
) -> None:
    strategy = SequentialStrategy(objective=objective, seed=1, evals=None)
    for number, score in enumerate((5.0, 3.0, 9.0)):
        trial = make_trial(number, score)
        strategy.tell(trial)
        assert strategy.ask(99).parent == trial.program
    strategy.tell(make_trial(3, None))
    assert strategy.ask(99).parent == trial.program
