"""What every strategy must keep to, as a pytest class to inherit from."""

import gc
import sys
from collections.abc import Iterable, Sequence
from dataclasses import replace
from types import BuiltinFunctionType, FunctionType, ModuleType
from typing import ClassVar, Protocol

import pytest

from adrs.core.objective import Direction, Objective
from adrs.core.trial import Ask, Trial
from adrs.search.operators import FIX
from adrs.search.protocol import Strategy
from adrs.testing.curves import CurveProblem, source_of

TRIALS = 200
EVALS = 400  # the budget the strategies plan for
WINDOW = 8
PEAK = (0.0, 2.6, 0.5, -2.5)  # coefficients that no search of 200 trials comes near
BYTES_PER_TRIAL = 1024


class StrategyFactory(Protocol):
    """Makes a fresh strategy."""

    def __call__(self, *, objective: Objective, seed: int, evals: int | None) -> Strategy:
        """Return a strategy to which nothing was told."""


class StrategyConformance:
    """Inherit, and give the fixture `make_strategy`.

    Attributes:
        learns: False for a strategy that ignores what it is told on purpose; the tests that a
            good program is found again are then skipped.
        keeps_the_best: False for a strategy that goes on from worse programs on purpose; the test
            that the best one is still a parent at the end is then skipped.
    """

    learns: ClassVar[bool] = True
    keeps_the_best: ClassVar[bool] = True

    @pytest.fixture
    def make_strategy(self) -> StrategyFactory:
        """Return what makes the strategy under test."""
        raise NotImplementedError("a conformance test class must define the fixture make_strategy")

    @pytest.fixture(params=list(Direction))
    def problem(self, request: pytest.FixtureRequest) -> CurveProblem:
        """The search problem, once minimised and once maximised."""
        return CurveProblem(direction=request.param, seed=5)

    @pytest.fixture
    def strategy(self, make_strategy: StrategyFactory, problem: CurveProblem) -> Strategy:
        """A fresh strategy for the problem."""
        return make_strategy(objective=problem.objective, seed=3, evals=EVALS)

    @pytest.fixture
    def fresh(self, make_strategy: StrategyFactory, problem: CurveProblem) -> Strategy:
        """A second fresh strategy, built alike."""
        return make_strategy(objective=problem.objective, seed=3, evals=EVALS)

    @pytest.fixture
    def recorded(self, make_strategy: StrategyFactory, problem: CurveProblem) -> tuple[Trial, ...]:
        """Trials 0 to 200 of a search with 8 trials in flight, in the order of telling."""
        searcher = make_strategy(objective=problem.objective, seed=3, evals=EVALS)
        steps = problem.search(searcher, trials=TRIALS, window=WINDOW)
        return (problem.first(), *(step.trial for step in steps))

    def test_it_has_a_name(self, strategy: Strategy) -> None:
        """The name can be typed on a command line."""
        assert strategy.name
        assert strategy.name == strategy.name.strip().lower()

    @pytest.mark.parametrize("evals", [None, 1, 50, 100_000])
    def test_any_budget_will_do(
        self, make_strategy: StrategyFactory, problem: CurveProblem, evals: int | None
    ) -> None:
        """It asks for the initial program's change first, whatever the budget."""
        strategy = make_strategy(objective=problem.objective, seed=3, evals=evals)
        strategy.tell(problem.first())
        assert strategy.ask(1).parent == problem.initial

    def test_asking_before_anything_was_told_raises(self, strategy: Strategy) -> None:
        """There is no parent before trial 0."""
        with pytest.raises(RuntimeError):
            strategy.ask(1)

    def test_same_seed_gives_the_same_search(
        self, strategy: Strategy, fresh: Strategy, problem: CurveProblem
    ) -> None:
        """Two strategies built alike make the same run."""
        left = problem.search(strategy, trials=TRIALS, window=WINDOW)
        assert left == problem.search(fresh, trials=TRIALS, window=WINDOW)

    def test_asking_changes_nothing(
        self, strategy: Strategy, fresh: Strategy, recorded: tuple[Trial, ...]
    ) -> None:
        """Asking twice, or for other numbers in between, leaves every ask as it was."""
        for trial in recorded:
            strategy.tell(trial)
            fresh.tell(trial)
            number = trial.number + 1
            expected = fresh.ask(number)
            assert strategy.ask(number) == expected
            for other in (number + 7, 1, number + 1):
                strategy.ask(other)
            assert strategy.ask(number) == expected

    @pytest.mark.parametrize("cut", [0, 17, TRIALS])
    def test_rebuilt_state_asks_the_same(
        self, strategy: Strategy, fresh: Strategy, problem: CurveProblem, cut: int
    ) -> None:
        """After telling the recorded trials again, every later ask is the same."""
        steps = problem.search(strategy, trials=cut, window=WINDOW)
        _tell(fresh, (problem.first(), *(step.trial for step in steps)))
        assert _asks(fresh, cut + 1, 100) == _asks(strategy, cut + 1, 100)
        assert fresh.niches == strategy.niches

    def test_rebuilt_state_goes_on_the_same(
        self, strategy: Strategy, fresh: Strategy, recorded: tuple[Trial, ...]
    ) -> None:
        """A strategy that is rebuilt half-way and told the rest ends where the first one does."""
        half = len(recorded) // 2
        for trial in recorded[:half]:
            strategy.tell(trial)
            strategy.ask(trial.number + WINDOW)
        _tell(fresh, recorded[:half])
        for trial in recorded[half:]:
            strategy.tell(trial)
            fresh.tell(trial)
            assert strategy.ask(trial.number + WINDOW) == fresh.ask(trial.number + WINDOW)

    @pytest.mark.parametrize("window", [1, 2, 16, 64])
    def test_parents_were_told_and_have_a_score(
        self, strategy: Strategy, problem: CurveProblem, window: int
    ) -> None:
        """Whatever the window, only programs whose trial was told before are built upon.

        A program without a score may be the parent of a repair, and of nothing else.
        """
        steps = problem.search(strategy, trials=TRIALS, window=window)
        for step in steps:
            told = [problem.first(), *(s.trial for s in steps[: step.told - 1])]
            scored = _scored_ids(told)
            assert {p.id for p in step.ask.inspirations} <= scored
            if step.ask.operator == FIX:
                assert step.ask.parent.id in {t.program.id for t in told if t.program} - scored
            else:
                assert step.ask.parent.id in scored

    def test_inspirations_are_others_best_first(
        self, strategy: Strategy, problem: CurveProblem
    ) -> None:
        """Inspirations never repeat the parent nor one another, and are in order of score."""
        steps = problem.search(strategy, trials=TRIALS, window=WINDOW)
        trials = [problem.first(), *(step.trial for step in steps)]
        fitness = {t.program.id: _fitness(t, problem) for t in trials if t.program and t.score}
        for step in steps:
            ids = [program.id for program in step.ask.inspirations]
            assert len({step.ask.parent.id, *ids}) == 1 + len(ids)
            assert [fitness[i] for i in ids] == sorted((fitness[i] for i in ids), reverse=True)

    def test_failures_and_duplicates_are_tolerated(
        self, strategy: Strategy, recorded: tuple[Trial, ...]
    ) -> None:
        """Nothing but failures leaves the initial program as the only parent but for repairs."""
        first, *rest = recorded
        failures = [trial for trial in rest if trial.score is None]
        assert {trial.verdict for trial in failures} >= {None, "rejected", "invalid"}
        strategy.tell(first)
        assert first.program is not None
        parent_ids = (first.program.id,)
        for number, trial in enumerate(failures, start=1):
            strategy.tell(replace(trial, number=number, parent_ids=parent_ids))
            ask = strategy.ask(number + 1)
            assert ask.parent == first.program or ask.operator == FIX
            assert ask.inspirations == ()

    def test_any_order_of_telling_will_do(
        self, strategy: Strategy, fresh: Strategy, recorded: tuple[Trial, ...]
    ) -> None:
        """Trials told as they arrive, out of number, build the same state each time."""
        first, *rest = recorded
        arrived = [first, *sorted(rest, key=lambda trial: (trial.number * 7) % 13)]
        _tell(strategy, arrived)
        _tell(fresh, arrived)
        asks = _asks(strategy, TRIALS + 1, 100)
        assert asks == _asks(fresh, TRIALS + 1, 100)
        assert {ask.parent.id for ask in asks if ask.operator != FIX} <= _scored_ids(recorded)

    @pytest.mark.parametrize("place", [1, 2, 40, 199, 200])
    def test_a_better_program_is_built_upon(
        self, strategy: Strategy, problem: CurveProblem, recorded: tuple[Trial, ...], place: int
    ) -> None:
        """A program better than all others is a parent soon, whenever it was told."""
        if not self.learns:
            pytest.skip("this strategy ignores what it is told")
        _tell(strategy, recorded[:place])
        better = problem.trial_of(source_of(PEAK), number=place)
        strategy.tell(better)
        assert better.program in {ask.parent for ask in _asks(strategy, place + 1, 200)}

    def test_the_best_program_is_never_forgotten(
        self, strategy: Strategy, problem: CurveProblem, recorded: tuple[Trial, ...]
    ) -> None:
        """A run's worth of worse programs later the best one is still a parent."""
        if not (self.learns and self.keeps_the_best):
            pytest.skip("this strategy forgets on purpose")
        strategy.tell(recorded[0])
        best = problem.trial_of(source_of(PEAK), number=1)
        strategy.tell(best)
        for trial in recorded[2:]:
            strategy.tell(trial)
        assert best.program in {ask.parent for ask in _asks(strategy, TRIALS + 1, 200)}

    def test_told_trials_are_not_changed(
        self, strategy: Strategy, problem: CurveProblem, recorded: tuple[Trial, ...]
    ) -> None:
        """Telling hands over a reference, not a thing to write in."""
        before = [repr(trial) for trial in recorded]
        _tell(strategy, recorded)
        _asks(strategy, TRIALS + 1, 20)
        assert [repr(trial) for trial in recorded] == before
        assert problem.first() == recorded[0]

    def test_memory_grows_with_trials_alone(
        self, strategy: Strategy, recorded: tuple[Trial, ...]
    ) -> None:
        """Beside the trials told it keeps at most 1 KiB for each, and asking adds nothing."""
        strategy.tell(recorded[0])
        start = _own_bytes(strategy, recorded)
        _tell(strategy, recorded[1:])
        full = _own_bytes(strategy, recorded)
        assert full - start <= BYTES_PER_TRIAL * TRIALS
        _asks(strategy, TRIALS + 1, 200)
        assert _own_bytes(strategy, recorded) <= full

    def test_niches_are_counted(self, strategy: Strategy, recorded: tuple[Trial, ...]) -> None:
        """There is one niche at least from trial 0 on, and never more than scored programs."""
        for told, trial in enumerate(recorded, start=1):
            strategy.tell(trial)
            assert 1 <= strategy.niches <= max(told, 1)
        assert strategy.niches <= len(_scored_ids(recorded))


def _tell(strategy: Strategy, trials: Iterable[Trial]) -> None:
    for trial in trials:
        strategy.tell(trial)


def _asks(strategy: Strategy, start: int, count: int) -> list[Ask]:
    return [strategy.ask(number) for number in range(start, start + count)]


def _scored_ids(trials: Iterable[Trial]) -> set[str]:
    return {t.program.id for t in trials if t.program is not None and t.score is not None}


def _fitness(trial: Trial, problem: CurveProblem) -> float:
    assert trial.score is not None
    return problem.objective.fitness(trial.score)


def _own_bytes(strategy: Strategy, trials: Sequence[Trial]) -> int:
    """Size of all objects reachable from the strategy but not from the trials told."""
    seen = {id(thing): thing for thing in _reachable(list(trials), {})}
    return sum(sys.getsizeof(thing) for thing in _reachable([strategy], seen))


def _reachable(roots: Sequence[object], known: dict[int, object]) -> list[object]:
    shared = (type, ModuleType, FunctionType, BuiltinFunctionType)
    found, queue, seen = list[object](), list(roots), set(known)
    while queue:
        thing = queue.pop()
        if id(thing) in seen or isinstance(thing, shared):
            continue
        seen.add(id(thing))
        found.append(thing)
        queue.extend(gc.get_referents(thing))
    return found
