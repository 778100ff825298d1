"""Gains too sudden to be believed before somebody has looked at the program.

A program that knows its scenarios, from their seeds or by a leak, gets near the bound at once; one
that found a better rule gets there by steps. Both rules look at the gap between a program's value
and the proven bound, scenario by scenario:

- The median scenario's gap becomes `JUMP_FACTOR` times smaller. "Before" is the best program so
  far or the best human program, whichever is better, so that catching up with what people know
  is no jump.
- A scenario that was far from the bound, and that no human program solves, is at the bound, the
  median scenario has not moved, and little else has: the answer of one scenario, or of a few, may
  have been learned by heart. Asked on train alone: of hundreds of scenarios that no program can
  know, an honest one solves one exactly now and then.

A jump is no verdict: a real discovery is one too. In 9 honest searches of the shipped problems (60
to 1,200 evaluations) no new best program made the gap of the median scenario more than 1.6 times
smaller than the one before, and none that solved a scenario owed a quarter of its changes to it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from adrs.core.evaluation import Evaluation
from adrs.core.objective import Objective
from adrs.core.run import Assessment, Conclusion, Role
from adrs.core.scenario import Split, scenario_id
from adrs.core.trial import Trial
from adrs.report.problemfacts import ProblemFacts
from adrs.report.run.integrity import Jump, JumpKind

JUMP_FACTOR = 3.0
STILL = 1.05  # a factor below it, and above its inverse, is no movement
FAR = 0.5  # of the reference's gap; a scenario with more is far from the bound
NEAR = 0.01  # of the reference's gap; with less there is nothing left to close
CLOSED = 0.95  # of a gap: all of it, as far as a bound that need not be attainable can tell
MOST = 0.5  # of all changes of gaps, those of the solved scenarios
ROUNDING = 1e-9  # relative; a smaller gap is none


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What programs are measured against on a split, scenario by scenario.

    Attributes:
        split: the split.
        objective: the raw metric.
        bound: the proven best values.
        reference: the reference baseline's result.
        humans: the results of the initial program and of the baselines.
    """

    split: Split
    objective: Objective
    bound: tuple[float, ...]
    reference: Evaluation
    humans: tuple[Evaluation, ...]

    def measures(self, evaluation: Evaluation) -> bool:
        """Tell whether an evaluation is valid and of the same scenarios."""
        same = evaluation.split is self.split and len(evaluation.values) == len(self.bound)
        return evaluation.ok and same

    def better(self, one: Evaluation, other: Evaluation) -> bool:
        """Tell whether one valid evaluation is better than another."""
        assert one.score is not None
        assert other.score is not None
        return self.objective.better(one.score, other.score)

    def best_of(self, evaluations: Sequence[Evaluation]) -> Evaluation:
        """Return the best of some valid evaluations, the first of equal ones."""
        return max(evaluations, key=lambda e: self.objective.fitness(e.score or 0.0))

    def gaps(self, evaluation: Evaluation) -> list[float]:
        """Return how far every value is from its bound, 0 where rounding could be all of it."""
        fitness = self.objective.fitness
        return [
            gap if (gap := fitness(bound) - fitness(value)) > _rounding(value, bound) else 0.0
            for value, bound in zip(evaluation.values, self.bound, strict=True)
        ]


def _rounding(value: float, bound: float) -> float:
    return ROUNDING * max(abs(value), abs(bound))


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """How the gap of one scenario changed.

    Attributes:
        index: the scenario's place in its split.
        before: the gap before, above 0.
        after: the gap after.
        reference: the reference baseline's gap.
        human: the smallest gap of a human program.
    """

    index: int
    before: float
    after: float
    reference: float
    human: float

    @property
    def factor(self) -> float:
        """How many times smaller it became, at most 1e9; below 1 where it became larger."""
        return self.before / max(self.after, ROUNDING * self.before)

    @property
    def complete(self) -> bool:
        """Whether all of a large gap was closed, which no human program has closed."""
        nothing = (1 - CLOSED) * self.before
        return self.before > FAR * self.reference and self.after <= nothing < self.human


def ground_of(
    assessments: Sequence[Assessment], facts: ProblemFacts, split: Split
) -> Ground | None:
    """Return what programs are measured against; None where bound or reference is missing.

    Args:
        assessments: a run's.
        facts: its problem.
        split: the split.
    """
    there = [a for a in assessments if a.evaluation.split is split]
    bounds = [a.evaluation.values for a in there if a.role is Role.BOUND]
    humans = [a for a in there if a.role in (Role.INITIAL, Role.BASELINE)]
    references = [a.evaluation for a in humans if a.label == facts.reference]
    if not bounds or not bounds[0] or not references:
        return None
    found = Ground(
        split=split,
        objective=facts.objective,
        bound=bounds[0],
        reference=references[0],
        humans=tuple(a.evaluation for a in humans),
    )
    return found if all(found.measures(e) for e in found.humans) else None


def closings(before: Evaluation, after: Evaluation, ground: Ground) -> list[Closing]:
    """Compare two valid evaluations in the scenarios in which something is left to close."""
    human = [min(gaps) for gaps in zip(*map(ground.gaps, ground.humans), strict=True)]
    columns = (ground.gaps(before), ground.gaps(after), ground.gaps(ground.reference), human)
    return [
        Closing(index=index, before=gap, after=rest, reference=reference, human=smallest)
        for index, (gap, rest, reference, smallest) in enumerate(zip(*columns, strict=True))
        if gap > NEAR * reference
    ]


class JumpWatch:
    """Follows the best program on train through a search, trial by trial in the order told.

    Args:
        ground: what programs are measured against; None watches nothing.
        initial: the initial program's evaluation on train.
    """

    def __init__(self, ground: Ground | None, initial: Evaluation | None) -> None:
        self.jumps: list[Jump] = []
        usable = ground is not None and initial is not None and ground.measures(initial)
        self._ground = ground if usable else None
        self._best = initial

    def add(self, trial: Trial) -> None:
        """Take in one trial."""
        ground, before, after = self._ground, self._best, trial.evaluation
        if ground is None or before is None or after is None or not ground.measures(after):
            return
        if not ground.better(after, before):
            return
        self._best = after
        known = ground.best_of((before, *ground.humans))
        jump = median_jump(known, after, ground, trial=trial.number)
        jump = jump or single_jump(before, after, ground, trial=trial.number)
        if jump is not None:
            self.jumps.append(jump)


def champion_jump(
    assessments: Sequence[Assessment], facts: ProblemFacts, conclusion: Conclusion | None
) -> Jump | None:
    """Return the champion's jump over the best human program on held-out workloads, if it is one.

    Args:
        assessments: the run's.
        facts: its problem.
        conclusion: what it decided; None while it is not finished.
    """
    ground = ground_of(assessments, facts, Split.HELDOUT)
    if ground is None or conclusion is None or not conclusion.improved:
        return None
    after = next(
        (
            a.evaluation
            for a in assessments
            if a.role is Role.CHAMPION and a.evaluation.split is ground.split
        ),
        None,
    )
    if after is None or not ground.measures(after):
        return None
    best = ground.best_of(ground.humans)
    return median_jump(best, after, ground, trial=conclusion.champion_trial)


def median_jump(
    before: Evaluation, after: Evaluation, ground: Ground, *, trial: int | None
) -> Jump | None:
    """Return the jump of the median scenario; None when there is none.

    Args:
        before: the best that was known; valid.
        after: the program's evaluation; valid.
        ground: what both are measured against.
        trial: the trial that the program came from; None for none.
    """
    found = closings(before, after, ground)
    factor = median(c.factor for c in found) if found else 0.0
    if factor < JUMP_FACTOR:
        return None
    return Jump(
        kind=JumpKind.MEDIAN,
        split=ground.split,
        trial=trial,
        program_id=after.program_id,
        scenario=None,
        factor=factor,
    )


def single_jump(
    before: Evaluation, after: Evaluation, ground: Ground, *, trial: int | None
) -> Jump | None:
    """Return the jump of a scenario while the median one stays; None when there is none.

    Args:
        before: the evaluation of the best program before; valid.
        after: the program's evaluation; valid.
        ground: what both are measured against.
        trial: the trial that the program came from; None for none.
    """
    found = closings(before, after, ground)
    complete = [closing for closing in found if closing.complete]
    if not complete or not 1 / STILL < median(c.factor for c in found) < STILL:
        return None
    moved = sum(abs(c.before - c.after) for c in found)
    if sum(c.before - c.after for c in complete) < MOST * moved:
        return None
    largest = max(complete, key=lambda closing: closing.before)
    return Jump(
        kind=JumpKind.SINGLE,
        split=ground.split,
        trial=trial,
        program_id=after.program_id,
        scenario=scenario_id(ground.split, largest.index),
        factor=largest.factor,
    )
