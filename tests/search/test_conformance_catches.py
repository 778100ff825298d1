"""The shipped suite fails for strategies that break the contract, each in its own way."""

from random import Random

import pytest
from _pytest.outcomes import Failed

from adrs.core.objective import Objective
from adrs.core.program import Program
from adrs.core.trial import Ask, Trial
from adrs.search.greedy import GreedyStrategy
from adrs.testing.curves import CurveProblem
from adrs.testing.strategy import TRIALS, WINDOW, StrategyConformance


class OneGenerator(GreedyStrategy):
    """Draws from a generator that every ask moves on."""

    def __init__(self, *, objective: Objective, seed: int, evals: int | None) -> None:
        super().__init__(objective=objective, seed=seed, evals=evals)
        self._rng = Random(seed)
        self._programs: list[Program] = []

    def ask(self, number: int) -> Ask:
        super().ask(number)
        drawn = int(self._rng.random() * len(self._programs))
        return Ask(operator="refine", parent=self._programs[drawn])

    def tell(self, trial: Trial) -> None:
        super().tell(trial)
        if trial.program is not None and trial.score is not None:
            self._programs.append(trial.program)


class Forgetful(GreedyStrategy):
    """Remembers the latest scored program alone."""

    def tell(self, trial: Trial) -> None:
        if trial.score is not None:
            self._best = None
            super().tell(trial)


class Hoarder(GreedyStrategy):
    """Copies the text of every parent it gives."""

    def __init__(self, *, objective: Objective, seed: int, evals: int | None) -> None:
        super().__init__(objective=objective, seed=seed, evals=evals)
        self._texts: list[str] = []

    def ask(self, number: int) -> Ask:
        ask = super().ask(number)
        self._texts.append(ask.parent.source + str(number))
        return ask


class Inventor(GreedyStrategy):
    """Gives parents that nobody told it."""

    def ask(self, number: int) -> Ask:
        return Ask(operator="refine", parent=Program.of(super().ask(number).parent.source + "1\n"))


class Credulous(GreedyStrategy):
    """Builds on programs without a score."""

    def __init__(self, *, objective: Objective, seed: int, evals: int | None) -> None:
        super().__init__(objective=objective, seed=seed, evals=evals)
        self._last: Program | None = None

    def ask(self, number: int) -> Ask:
        ask = super().ask(number)
        return Ask(operator="refine", parent=self._last or ask.parent)

    def tell(self, trial: Trial) -> None:
        super().tell(trial)
        self._last = trial.program


class Narcissus(GreedyStrategy):
    """Inspires a program with itself."""

    def ask(self, number: int) -> Ask:
        parent = super().ask(number).parent
        return Ask(operator="crossover", parent=parent, inspirations=(parent,))


class Quack(GreedyStrategy):
    """Mends programs that have a score."""

    def ask(self, number: int) -> Ask:
        return Ask(operator="fix", parent=super().ask(number).parent)


@pytest.fixture
def problem() -> CurveProblem:
    return CurveProblem(seed=5)


@pytest.fixture
def recorded(problem: CurveProblem) -> tuple[Trial, ...]:
    strategy = GreedyStrategy(objective=problem.objective, seed=3, evals=None)
    steps = problem.search(strategy, trials=TRIALS, window=WINDOW)
    return (problem.first(), *(step.trial for step in steps))


def _made(kind: type[GreedyStrategy], problem: CurveProblem) -> GreedyStrategy:
    return kind(objective=problem.objective, seed=3, evals=None)


def test_asks_that_change_the_next_ask(problem: CurveProblem, recorded: tuple[Trial, ...]) -> None:
    left, right = _made(OneGenerator, problem), _made(OneGenerator, problem)
    suite = StrategyConformance()
    with pytest.raises(AssertionError):
        suite.test_asking_changes_nothing(left, right, recorded)


def test_state_that_is_not_rebuilt(problem: CurveProblem, recorded: tuple[Trial, ...]) -> None:
    left, right = _made(OneGenerator, problem), _made(OneGenerator, problem)
    with pytest.raises(AssertionError):
        StrategyConformance().test_rebuilt_state_goes_on_the_same(left, right, recorded)


def test_best_program_forgotten(problem: CurveProblem, recorded: tuple[Trial, ...]) -> None:
    suite = StrategyConformance()
    with pytest.raises(AssertionError):
        suite.test_the_best_program_is_never_forgotten(_made(Forgetful, problem), problem, recorded)


def test_memory_that_grows_with_asks(problem: CurveProblem, recorded: tuple[Trial, ...]) -> None:
    suite = StrategyConformance()
    with pytest.raises(AssertionError):
        suite.test_memory_grows_with_trials_alone(_made(Hoarder, problem), recorded)


def test_parents_that_nobody_told(problem: CurveProblem) -> None:
    suite = StrategyConformance()
    with pytest.raises(AssertionError):
        suite.test_parents_were_told_and_have_a_score(_made(Inventor, problem), problem, WINDOW)


def test_repairs_of_what_is_not_broken(problem: CurveProblem) -> None:
    suite = StrategyConformance()
    with pytest.raises(AssertionError):
        suite.test_parents_were_told_and_have_a_score(_made(Quack, problem), problem, WINDOW)


def test_failures_as_parents(problem: CurveProblem, recorded: tuple[Trial, ...]) -> None:
    suite = StrategyConformance()
    with pytest.raises(AssertionError):
        suite.test_failures_and_duplicates_are_tolerated(_made(Credulous, problem), recorded)


def test_parent_among_the_inspirations(problem: CurveProblem) -> None:
    suite = StrategyConformance()
    with pytest.raises(AssertionError):
        suite.test_inspirations_are_others_best_first(_made(Narcissus, problem), problem)


def test_silence_before_the_first_trial(problem: CurveProblem) -> None:
    strategy = _made(GreedyStrategy, problem)
    strategy.tell(problem.first())
    with pytest.raises(Failed):
        StrategyConformance().test_asking_before_anything_was_told_raises(strategy)
