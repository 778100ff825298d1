"""What the tuner gains on hand-written programs: held-out scores before and after.

Run by hand: `ADRS_HELDOUT_KEY=public python tests/benchmarks/bench_tuner.py [PROBLEM[/NAME] ...]`.

The programs in `tuner/<problem>/` were written in one pass, with the constants a systems engineer
would guess, before any program had been tuned. Each is tuned on train; what was best there is
accepted if it is better on validation too, else the program stays as it is. Then both are compared
on the held-out scenarios, which nothing before has looked at. `--train-only` ends before that.
"""

import argparse
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from adrs.api import compose
from adrs.api.heldout_key import users_key
from adrs.catalog.problems import load_problem
from adrs.core.evaluation import Evaluation
from adrs.core.objective import Objective
from adrs.core.problem import Problem
from adrs.core.program import Program
from adrs.core.scenario import Split, heldout_set
from adrs.evaluation.pool import ScorerPool
from adrs.evaluation.statistics import Interval, advantage_interval
from adrs.proposers.tuner import Tuning

FOLDER = Path(__file__).parent / "tuner"
HELD_OUT = (Split.HELDOUT, Split.SHIFTED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one program.

    Attributes:
        name: of its file.
        literals: how many were tuned.
        evaluations: spent on train.
        raw: the program as written.
        final: the tuned program where it was accepted, else `raw`.
        train: relative gain on train of the best on train.
        validation: its relative gain on validation; None where train gained nothing.
    """

    name: str
    literals: int
    evaluations: int
    raw: Program
    final: Program
    train: float
    validation: float | None

    @property
    def accepted(self) -> bool:
        """Whether the tuned program took the other's place."""
        return self.final.source != self.raw.source


def fitness(evaluation: Evaluation, objective: Objective) -> float | None:
    """Return the score with larger better; None for a program that failed."""
    return None if evaluation.score is None else objective.fitness(evaluation.score)


def gain(new: Evaluation, old: Evaluation, objective: Objective) -> float:
    """Return by how much `new` is better, relative to `old`'s score; -inf where it failed."""
    assert old.score is not None
    if new.score is None:
        return float("-inf")
    return (objective.fitness(new.score) - objective.fitness(old.score)) / abs(old.score)


def tuned(path: Path, problem: Problem, pool: ScorerPool, *, seed: int, budget: int) -> Outcome:
    """Tune one program on train and judge it on validation."""
    objective = problem.objective
    raw = Program.of(path.read_text(encoding="utf-8"))
    before = pool.evaluate([raw], Split.TRAIN)[0]
    tuning = Tuning(raw.source, seed, budget)
    spent = 0
    while generation := tuning.ask():
        spent += len(generation)
        results = pool.evaluate([Program.of(source) for source in generation], Split.TRAIN)
        tuning.tell([fitness(result, objective) for result in results])
    final, train, validation = raw, 0.0, None
    before_fitness = fitness(before, objective)
    assert before_fitness is not None, f"{path}: {before.verdict} on train: {before.detail}"
    if tuning.best is not None and tuning.best.fitness > before_fitness:
        train = (tuning.best.fitness - before_fitness) / abs(before_fitness)
        best = Program.of(tuning.best.source)
        old, new = pool.evaluate([raw, best], Split.VALIDATION)
        validation = gain(new, old, objective)
        final = best if validation > 0.0 else raw
    return Outcome(
        name=f"{problem.name}/{path.stem}",
        literals=len(tuning.literals.chosen),
        evaluations=spent,
        raw=raw,
        final=final,
        train=train,
        validation=validation,
    )


def held_out_gain(
    outcome: Outcome, split: Split, pool: ScorerPool, objective: Objective
) -> tuple[float, Interval | None]:
    """Return the score before, and the relative gain with its interval; None: no longer valid."""
    old, new = pool.evaluate([outcome.raw, outcome.final], split)
    assert old.score is not None, f"{outcome.name}: {old.verdict} on {split}: {old.detail}"
    if not new.ok:
        return old.score, None
    found = advantage_interval(new.values, old.values, objective=objective, seed=1)
    size = abs(old.score)
    share = Interval(mean=found.mean / size, low=found.low / size, high=found.high / size)
    return old.score, share


def word(interval: Interval | None) -> str:
    """Return what an interval says of the gain."""
    if interval is None:
        return "invalid"
    if interval.mean == 0.0:
        return "unchanged"
    side = "improved" if interval.mean > 0.0 else "worse"
    sure = interval.lies_above(0.0) or interval.lies_below(0.0)
    return side if sure else f"{side}, not significantly"


def shown(interval: Interval | None) -> str:
    """Return an interval in per cent."""
    if interval is None:
        return "invalid"
    return f"{interval.mean:+7.2%} [{interval.low:+.2%}, {interval.high:+.2%}]"


def measure(
    problem: Problem, paths: Sequence[Path], options: argparse.Namespace, counts: Counter[str]
) -> None:
    """Tune the programs of one problem and print a line for each."""
    key = users_key()
    level = compose.isolation()
    tool = compose.instrument(problem, key)
    print(f"{problem.name}: {problem.objective.direction}, held-out set {heldout_set(key)}")
    with compose.pool(tool, level=level, workers=options.workers) as pool:
        for path in paths:
            found = tuned(path, problem, pool, seed=options.seed, budget=options.evaluations)
            judged = "-" if found.validation is None else f"{found.validation:+.2%}"
            head = (
                f"{found.name:28} d={found.literals:2} n={found.evaluations:2} "
                f"train {found.train:+7.2%} validation {judged:>8} "
                f"{'accepted' if found.accepted else 'kept raw'}"
            )
            if options.train_only:
                print(head, flush=True)
                continue
            print(head)
            for split in HELD_OUT:
                score, interval = held_out_gain(found, split, pool, problem.objective)
                counts[f"{split}: {word(interval)}"] += 1
                print(f"    {split:8} {score:9.4f} {shown(interval)} {word(interval)}", flush=True)


def main() -> None:
    """Print the figures of the programs asked for, all by default, and the counts."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("programs", nargs="*", help="spot, eplb/swaps, ...")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--evaluations", type=int, default=50)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--train-only", action="store_true")
    options = parser.parse_args()
    counts: Counter[str] = Counter()
    wanted = options.programs or sorted(one.name for one in FOLDER.iterdir() if one.is_dir())
    for name in wanted:
        problem, _, stem = name.partition("/")
        paths = sorted((FOLDER / problem).glob(f"{stem or '*'}.py"))
        measure(load_problem(problem), paths, options, counts)
    for what, count in sorted(counts.items()):
        print(f"{what:40} {count:3}")


if __name__ == "__main__":
    main()
