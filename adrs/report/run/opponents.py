"""A program against the strongest human program, with the size of the difference in words."""

from dataclasses import dataclass

from adrs.core.evaluation import Evaluation
from adrs.core.objective import Objective
from adrs.core.scenario import Split
from adrs.report.format import (
    change_decimals,
    clean,
    format_change,
    format_interval,
    format_percent,
    format_value,
)
from adrs.report.run.compare import difference, relative_change
from adrs.report.run.gather import Evidence
from adrs.report.run.model import Estimate


@dataclass(frozen=True, slots=True, kw_only=True)
class Opponent:
    """The strongest human program on a split."""

    title: str
    evaluation: Evaluation


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """A program against the strongest human program on a split.

    Attributes:
        opponent: what it is compared with.
        difference: raw difference of the means.
        change: relative change; None where the opponent's mean is 0.
        gain: the difference with its sign turned so that above 0 is better.
        objective: the raw metric.
    """

    opponent: Opponent
    difference: Estimate
    change: Estimate | None
    objective: Objective

    @property
    def gain(self) -> float:
        """Mean gain in the objective's unit; above 0 is better."""
        return self.objective.fitness(self.difference.mean)

    @property
    def better(self) -> bool:
        """True when it is better by more than the interval."""
        return self.gain > 0 and not self.difference.covers_zero

    @property
    def worse(self) -> bool:
        """True when it is worse by more than the interval."""
        return self.gain < 0 and not self.difference.covers_zero

    def in_words(self) -> str:
        """Return "12.9 % below greedy [11.8, 14.1]", with a unit where there is no percent."""
        way = "below" if self.difference.mean < 0 else "above"
        return f"{self.size()} {way} {self.opponent.title}{self._interval()}"

    def size(self) -> str:
        """Return how large the change is, without its sign."""
        if self.change is None:
            return format_value(abs(self.difference.mean), self.objective.unit)
        return format_percent(abs(self.change.mean), decimals=_decimals(self.change))

    def signed(self) -> str:
        """Return "−0.3 % [−1.1, 0.6]"."""
        if self.change is None:
            return format_value(self.difference.mean, self.objective.unit)
        return format_change(self.change.mean, self.change.low, self.change.high)

    def _interval(self) -> str:
        estimate = self.change
        if estimate is None or estimate.low is None or estimate.high is None:
            return ""
        low, high = estimate.low, estimate.high
        if estimate.mean < 0:
            low, high = -high, -low
        return f" {format_interval(low, high, decimals=_decimals(estimate))}"


def _decimals(estimate: Estimate) -> int:
    return change_decimals(estimate.mean, estimate.low, estimate.high)


def compare(evidence: Evidence, program_id: str, split: Split) -> Comparison | None:
    """Compare a program with the strongest baseline, or the initial program, on a split.

    Returns:
        None where the program, or every opponent, has no score there.
    """
    evaluation = evidence.evaluation(program_id, split)
    opponent = strongest(evidence, split)
    if evaluation is None or opponent is None:
        return None
    objective = evidence.facts.objective
    gap = difference(evaluation, opponent.evaluation, objective)
    if gap is None:
        return None
    return Comparison(
        opponent=opponent,
        difference=gap,
        change=relative_change(evaluation, opponent.evaluation, objective),
        objective=objective,
    )


def strongest(evidence: Evidence, split: Split) -> Opponent | None:
    """Return the best of the baselines and the initial program on a split."""
    named = [(evidence.facts.title_of(b.name), b.program_id) for b in evidence.baselines]
    if evidence.initial_id not in [program_id for _, program_id in named]:
        named.append(("the initial program", evidence.initial_id or ""))
    opponents = [
        Opponent(title=clean(title), evaluation=evaluation)
        for title, program_id in named
        if (evaluation := evidence.evaluation(program_id, split)) is not None
        and evaluation.score is not None
    ]
    objective = evidence.facts.objective
    return max(opponents, key=lambda o: objective.fitness(o.evaluation.score or 0.0), default=None)
