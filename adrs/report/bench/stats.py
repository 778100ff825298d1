"""A benchmark's figures: strategies on the same problems, seeds and scenarios, at equal budgets.

The part of (reference → bound) that a champion closes on held-out scenarios is a ratio of means
over scenarios, averaged over seeds, then over problems with equal weights. Its uncertainty is that
of Owen's pigeonhole bootstrap ("The pigeonhole bootstrap", Annals of Applied Statistics 1(2),
2007): within every problem seeds and scenarios are drawn anew, each with replacement, and all
strategies keep the same draws, so differences are paired. Draws of scenarios without any room are
left out. Intervals are the 2.5 % and 97.5 % percentiles. The problems stay as they are: nothing is
said about other ones. With fewer than some 10 seeds intervals are too narrow.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import mean, median

import numpy as np
from numpy.typing import NDArray

from adrs.errors import UsageError
from adrs.report.bench.cells import BenchCell, Instrumentation
from adrs.report.run.model import Estimate
from adrs.simulation.streams import stream

RESAMPLES = 4000
SEED = 0  # one resampling for all tables: a table of the same runs is always the same
TARGETS = (0.5, 0.75, 0.9)  # of the gain of the best run with the same problem and seed
POINTS = 20  # of a curve
MEANING = (
    "Headroom closed on held-out scenarios by the best program found, with 95 % intervals from "
    "resampling seeds and scenarios within each problem, the same draws for every strategy; "
    "the problems are fixed."
)

_Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """What a target took.

    Attributes:
        share: the target, as a share of the gain on train of the best run with the same problem
            and seed.
        spent: the median over problems and seeds; None where half of the runs did not reach it.
        reached: how many runs did.
    """

    share: float
    spent: float | None
    reached: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemResult:
    """How a contender did on one problem.

    Attributes:
        problem: the problem's name.
        headroom: closed on held-out, mean over seeds; None where there is no headroom.
        against_first: the difference to the contender named first, paired.
        against_best: the difference to the best of the others on this problem, paired.
        rank: 1 for the largest headroom; equal ones share a rank.
    """

    problem: str
    headroom: Estimate
    against_first: Estimate | None
    against_best: Estimate | None
    rank: float


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchRow:
    """How a contender did over all problems.

    Attributes:
        contender: the strategy, with what is switched off.
        headroom: see `ProblemResult`; mean over problems.
        against_first: likewise; None for the first itself.
        beats_first: probability that it is better than the first.
        against_best: likewise, against the best of the others over all problems.
        beats_best: probability that it is better than all others.
        mean_rank: mean of its ranks over problems.
        reaches: what the targets took.
        first_matches: what the first contender had spent, in the median, when it reached the level
            that this one ended with; None where half of its runs never did, or for itself.
        curve: median share of the best gain reached after equal steps of the budget.
        fell_back: champions that fail on held-out; the initial program stands for each.
        problems: by problem.
    """

    contender: str
    headroom: Estimate
    against_first: Estimate | None
    beats_first: float | None
    against_best: Estimate | None
    beats_best: float | None
    mean_rank: float
    reaches: tuple[Reach, ...]
    first_matches: float | None
    curve: tuple[float, ...]
    fell_back: int
    problems: tuple[ProblemResult, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchTable:
    """A benchmark's result.

    Attributes:
        simulated: whether a simulated model proposed; nothing about real ones follows then.
        unit: what budgets count, "evaluations" or "calls".
        budget: of every run.
        seeds: of every problem.
        runs: how many runs stand in it.
        left_out: runs that do not, because the same problem and seed lacks another contender's.
        meaning: what the figures and their intervals are.
        rows: one a contender, in the order they were named.
    """

    simulated: bool
    unit: str
    budget: int
    seeds: tuple[int, ...]
    runs: int
    left_out: int
    meaning: str
    rows: tuple[BenchRow, ...]


def bench_table(
    cells: Sequence[BenchCell],
    *,
    contenders: Sequence[str],
    unit: str,
    budget: int,
    simulated: bool = False,
) -> BenchTable:
    """Return the table of finished runs.

    Args:
        cells: the runs.
        contenders: who is compared, in the order of the table; who has no run is left out.
        unit: what the budget counts.
        budget: of every run.
        simulated: whether a simulated model proposed.

    Raises:
        UsageError: runs of a problem were not measured alike; there is no headroom; or no problem
            and seed has a run of every contender.
    """
    there = {cell.contender for cell in cells}
    contenders = [name for name in contenders if name in there]
    for problem in dict.fromkeys(cell.problem for cell in cells):
        _check_alike([cell for cell in cells if cell.problem == problem])
    blocks = [
        _Block(problem, [cell for cell in cells if cell.problem == problem], contenders)
        for problem in dict.fromkeys(cell.problem for cell in cells)
    ]
    blocks = [block for block in blocks if block.seeds]
    if not blocks:
        raise UsageError("no problem and seed has a finished run of every strategy yet.")
    used = sum(len(block.seeds) for block in blocks) * len(contenders)
    return BenchTable(
        simulated=simulated,
        unit=unit,
        budget=budget,
        seeds=tuple(sorted({seed for block in blocks for seed in block.seeds})),
        runs=used,
        left_out=len(cells) - used,
        meaning=MEANING,
        rows=_rows(contenders, blocks, budget),
    )


def _check_alike(cells: Sequence[BenchCell]) -> None:
    """Refuse runs of one problem that were not measured alike."""
    first = cells[0]
    for cell in cells:
        for what, one, other in _compared(first.instrumentation, cell.instrumentation):
            if one != other:
                raise UsageError(
                    f"{cell.problem}: the runs of {first.contender} (seed {first.seed}) and "
                    f"{cell.contender} (seed {cell.seed}) have unequal {what} ({one}, {other}) "
                    "and cannot stand in one table. Run the benchmark again in another archive."
                )


def _compared(one: Instrumentation, other: Instrumentation) -> list[tuple[str, str, str]]:
    parts, others = dict(one.problem), dict(other.problem)
    changed = [
        (f"problem parts: {name}", parts.get(name, "none")[:8], others.get(name, "none")[:8])
        for name in sorted({*parts, *others})
    ]
    return [
        ("evaluator versions", one.evaluator, other.evaluator),
        ("held-out sets", one.heldout, other.heldout),
        *changed,
    ]


class _Block:
    """The runs of one problem, every contender's with every seed.

    Attributes:
        problem: its name.
        seeds: those with which every contender has a run.
        cells: by contender, then seed.
        headrooms: by contender.
        resampled: shape [contenders, resamples]; NaN where scenarios without room were drawn alone.
    """

    def __init__(self, problem: str, cells: Sequence[BenchCell], contenders: Sequence[str]) -> None:
        known = {(cell.contender, cell.seed): cell for cell in cells}
        self.problem = problem
        self.seeds = [
            seed
            for seed in sorted({cell.seed for cell in cells})
            if all((name, seed) in known for name in contenders)
        ]
        self.cells = [[known[name, seed] for seed in self.seeds] for name in contenders]
        if self.seeds:
            self._measure()

    def _measure(self) -> None:
        gains = np.array([[cell.gains for cell in row] for row in self.cells])
        rooms = np.array([cell.rooms for cell in self.cells[0]])
        if (rooms.sum(axis=1) <= 0.0).any():
            raise UsageError(
                f"{self.problem}: the reference baseline leaves no headroom on the held-out "
                "scenarios, so nothing can be compared. Leave the problem out."
            )
        self.headrooms: _Floats = (gains.sum(axis=2) / rooms.sum(axis=1)).mean(axis=1)
        by_seed, by_scenario = self._draws(*rooms.shape)
        drawn_rooms = by_scenario @ rooms.T
        drawn_rooms[drawn_rooms <= 0.0] = np.nan
        self.resampled: _Floats = np.array(
            [(by_seed * (by_scenario @ one.T) / drawn_rooms).sum(axis=1) for one in gains]
        )

    def _draws(self, seeds: int, scenarios: int) -> tuple[_Floats, _Floats]:
        """Return weights of shape [resamples, seeds] and [resamples, scenarios], rows sum to 1."""
        rng = stream(SEED, f"bench/{self.problem}")
        weights = [
            rng.multinomial(count, np.full(count, 1 / count), size=RESAMPLES) / count
            for count in (seeds, scenarios)
        ]
        return weights[0], weights[1]

    @property
    def ranks(self) -> list[float]:
        """Rank of every contender, 1 the best; equal ones share the mean of theirs."""
        levels = [float(level) for level in self.headrooms]
        return [
            sum(other > level for other in levels) + (levels.count(level) + 1) / 2
            for level in levels
        ]


def _rows(contenders: Sequence[str], blocks: Sequence[_Block], budget: int) -> tuple[BenchRow, ...]:
    levels = np.mean([block.headrooms for block in blocks], axis=0)
    draws = np.mean([block.resampled for block in blocks], axis=0)
    rows = []
    for at, contender in enumerate(contenders):
        rival = _best_other(levels, at)
        runs = [cell for block in blocks for cell in block.cells[at]]
        rows.append(
            BenchRow(
                contender=contender,
                headroom=_estimate(levels[at], draws[at], _one_sample(blocks)),
                against_first=_difference(levels, draws, at, 0, blocks),
                beats_first=_probability(draws[at] - draws[0]) if at else None,
                against_best=_difference(levels, draws, at, rival, blocks),
                beats_best=_beats_all(draws, at),
                mean_rank=mean(block.ranks[at] for block in blocks),
                reaches=tuple(_reach(share, blocks, at) for share in TARGETS),
                first_matches=_first_matches(blocks, at) if at else None,
                curve=_curve(blocks, at, budget),
                fell_back=sum(cell.fell_back for cell in runs),
                problems=tuple(_problem_result(block, at) for block in blocks),
            )
        )
    return tuple(rows)


def _problem_result(block: _Block, at: int) -> ProblemResult:
    levels, draws = block.headrooms, block.resampled
    return ProblemResult(
        problem=block.problem,
        headroom=_estimate(levels[at], draws[at], _one_sample([block])),
        against_first=_difference(levels, draws, at, 0, [block]),
        against_best=_difference(levels, draws, at, _best_other(levels, at), [block]),
        rank=block.ranks[at],
    )


def _best_other(levels: _Floats, at: int) -> int:
    others = [number for number in range(len(levels)) if number != at]
    return max(others, key=lambda number: float(levels[number]), default=at)


def _difference(
    levels: _Floats, draws: _Floats, at: int, other: int, blocks: Sequence[_Block]
) -> Estimate | None:
    if at == other:
        return None
    return _estimate(levels[at] - levels[other], draws[at] - draws[other], _one_sample(blocks))


def _one_sample(blocks: Sequence[_Block]) -> bool:
    """Tell whether resampling cannot tell anything: one seed, or one scenario."""
    return any(min(len(b.seeds), len(b.cells[0][0].rooms)) < 2 for b in blocks)


def _estimate(level: float, draws: _Floats, one_sample: bool) -> Estimate:
    if one_sample:
        return Estimate(mean=float(level), low=None, high=None)
    low, high = np.nanquantile(draws, (0.025, 0.975))
    return Estimate(
        mean=float(level), low=min(float(low), float(level)), high=max(float(high), float(level))
    )


def _probability(differences: _Floats) -> float:
    """Return the share of draws above 0; a tie counts half."""
    differences = differences[~np.isnan(differences)]
    return float(np.mean((differences > 0) + (differences == 0) / 2))


def _beats_all(draws: _Floats, at: int) -> float | None:
    """Return the share of draws in which it is the best; those that tie share a draw."""
    if len(draws) == 1:
        return None
    draws = draws[:, ~np.isnan(draws[0])]
    top = draws == draws.max(axis=0)
    return float(np.mean(top[at] / top.sum(axis=0)))


def _targets(blocks: Sequence[_Block], at: int) -> list[tuple[BenchCell, float, float]]:
    """Return every run of a contender with its start and the best gain of its problem and seed.

    Where no contender gained anything there is no target.
    """
    found = []
    for block in blocks:
        for number, cell in enumerate(block.cells[at]):
            rivals = [row[number] for row in block.cells]
            gain = max(rival.final - rival.start for rival in rivals)
            if gain > 0:
                found.append((cell, cell.start, gain))
    return found


def _reach(share: float, blocks: Sequence[_Block], at: int) -> Reach:
    # A hair below the target: sums that differ by rounding reach it as well.
    spent = [
        cell.spent_to(start + share * gain - 1e-12 * abs(gain))
        for cell, start, gain in _targets(blocks, at)
    ]
    return Reach(share=share, spent=_median(spent), reached=sum(map(math.isfinite, spent)))


def _first_matches(blocks: Sequence[_Block], at: int) -> float | None:
    return _median(
        [
            first.spent_to(other.final)
            for block in blocks
            for first, other in zip(block.cells[0], block.cells[at], strict=True)
        ]
    )


def _curve(blocks: Sequence[_Block], at: int, budget: int) -> tuple[float, ...]:
    targets = _targets(blocks, at)
    if not targets:
        return ()
    return tuple(
        median(
            (cell.level_after(budget * step / POINTS) - start) / gain
            for cell, start, gain in targets
        )
        for step in range(1, POINTS + 1)
    )


def _median(spent: Sequence[float]) -> float | None:
    middle = median(spent) if spent else math.inf
    return middle if math.isfinite(middle) else None
