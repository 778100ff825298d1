"""Cost of a strategy in µs of CPU time per ask and per tell; run by hand.

    python tests/benchmarks/bench_search.py

The trials come from a real search of polynomials with 200 added lines of code in every program
and 100 scenarios, so that reading a program's size and values costs what it does in a run.
"""

import sys
from dataclasses import dataclass, replace
from statistics import median
from time import process_time_ns

from adrs.core.program import Program
from adrs.core.trial import Trial
from adrs.search import (
    AdaptiveStrategy,
    BestOfNStrategy,
    GreedyStrategy,
    IslandsStrategy,
    MapElitesStrategy,
    ParetoStrategy,
    RandomStrategy,
    SequentialStrategy,
    Strategy,
)
from adrs.testing.curves import CurveProblem
from adrs.testing.strategy import StrategyFactory

SIZES = (1_000, 2_000, 10_000)
PADDING = "".join(f"    padding_{i} = {i}  # a line of an ordinary length\n" for i in range(200))
FACTORIES: tuple[StrategyFactory, ...] = (
    RandomStrategy,
    SequentialStrategy,
    BestOfNStrategy,
    GreedyStrategy,
    MapElitesStrategy,
    ParetoStrategy,
    IslandsStrategy,
    AdaptiveStrategy,
)


def recorded(trials: int) -> list[Trial]:
    """Return a searched run's trials, padded to the size of real ones."""
    problem = CurveProblem(seed=1)
    searcher = IslandsStrategy(objective=problem.objective, seed=1, evals=trials)
    steps = problem.search(searcher, trials=trials, window=8)
    return [padded(trial) for trial in (problem.first(), *(step.trial for step in steps))]


def padded(trial: Trial) -> Trial:
    """Return `trial` with a long program and 100 values."""
    program, evaluation = trial.program, trial.evaluation
    if program is not None:
        program = Program(id=program.id, source=program.source + PADDING)
    if evaluation is not None:
        evaluation = replace(evaluation, values=(evaluation.values * 9)[:100])
    return replace(trial, program=program, evaluation=evaluation)


@dataclass(frozen=True, slots=True, kw_only=True)
class Costs:
    """CPU time of every tell and every ask, in µs, in order."""

    tells: list[float]
    asks: list[float]


def costs(strategy: Strategy, trials: list[Trial]) -> Costs:
    """Tell each trial and ask once after it."""
    tells, asks = [], []
    for trial in trials:
        start = process_time_ns()
        strategy.tell(trial)
        told = process_time_ns()
        strategy.ask(trial.number + 8)
        asks.append((process_time_ns() - told) / 1e3)
        tells.append((told - start) / 1e3)
    return Costs(tells=tells, asks=asks)


def row(name: str, size: int, cost: Costs) -> str:
    """Return a line of the table; medians and percentiles are of the later half."""
    asks, tells = sorted(cost.asks[size // 2 :]), sorted(cost.tells[size // 2 :])
    return (
        f"{name:<10} {size:>7} {median(asks):>12.1f} {asks[len(asks) * 99 // 100]:>8.1f}"
        f" {median(tells):>13.1f} {tells[len(tells) * 99 // 100]:>9.1f}"
        f" {max(cost.tells):>9.1f}\n"
    )


def main() -> None:
    """Print a row per strategy and number of trials."""
    sys.stdout.write("strategy    trials   ask median  ask p99   tell median  tell p99  tell max\n")
    trials = recorded(max(SIZES))
    for factory in FACTORIES:
        for size in SIZES:
            problem = CurveProblem()
            strategy = factory(objective=problem.objective, seed=1, evals=size)
            sys.stdout.write(row(strategy.name, size, costs(strategy, trials[: size + 1])))


if __name__ == "__main__":
    main()
