"""Paired comparisons of evaluations, as estimates with intervals."""

import math
from collections.abc import Sequence

from adrs.core.evaluation import Evaluation
from adrs.core.objective import Objective
from adrs.evaluation.statistics import (
    Interval,
    headroom_interval,
    paired_bootstrap,
    relative_change_interval,
)
from adrs.report.run.model import Estimate

SEED = 0
"""One resampling for all comparisons: a report of the same archive is always the same."""


def difference(
    evaluation: Evaluation, other: Evaluation | None, objective: Objective
) -> Estimate | None:
    """Return mean(evaluation) − mean(other), scenario by scenario; None where not comparable."""
    if other is None or not _paired(evaluation, other):
        return None
    found = paired_bootstrap(evaluation.values, other.values, seed=SEED)
    return _estimate(found, objective.step)


def relative_change(
    evaluation: Evaluation,
    other: Evaluation | None,
    objective: Objective,
    *,
    interval: bool = True,
) -> Estimate | None:
    """Return the change of the mean, relative to other's size; None where that is 0 or unknown.

    Args:
        evaluation: how the program did.
        other: how the other did on the same scenarios.
        objective: how far a measured value can be relied on.
        interval: whether the ends are worked out too.
    """
    if other is None or not _paired(evaluation, other):
        return None
    if not interval:
        before = math.fsum(other.values)
        gap = math.fsum(evaluation.values) - before
        return Estimate(mean=gap / abs(before), low=None, high=None) if before else None
    found = relative_change_interval(evaluation.values, other.values, seed=SEED)
    return None if found is None else _estimate(found, objective.step / abs(_mean(other.values)))


def closed_headroom(
    evaluation: Evaluation,
    reference: Evaluation | None,
    bound: Evaluation | None,
    objective: Objective,
    *,
    interval: bool = True,
) -> Estimate | None:
    """Return the part of (reference → bound) that is closed; None without room or bound.

    Args:
        evaluation: how the program did.
        reference: how the reference baseline did on the same scenarios.
        bound: the proven best values of the same scenarios.
        objective: which way is better.
        interval: whether the ends are worked out too.
    """
    if reference is None or bound is None or not _paired(evaluation, reference):
        return None
    if len(bound.values) != len(evaluation.values):
        return None
    if not interval:
        value, start, end = (_mean(e.values) for e in (evaluation, reference, bound))
        closed = objective.headroom_closed(value, reference=start, bound=end)
        return None if closed is None else Estimate(mean=closed, low=None, high=None)
    found = headroom_interval(
        evaluation.values, reference.values, bound.values, objective=objective, seed=SEED
    )
    return None if found is None else _estimate(found)


def relative_changes(evaluation: Evaluation, other: Evaluation) -> list[float]:
    """Return the relative change of every scenario; nothing where one of `other` is 0."""
    pairs = list(zip(evaluation.values, other.values, strict=True))
    if any(before == 0 for _, before in pairs):
        return []
    return [(after - before) / abs(before) for after, before in pairs]


def above_bound(evaluation: Evaluation, bound: Evaluation | None, objective: Objective) -> bool:
    """Tell whether the mean is better than the mean of the proven bounds, beyond rounding."""
    if bound is None or not evaluation.ok or len(bound.values) != len(evaluation.values):
        return False
    if not bound.values:
        return False
    scale = max(map(abs, bound.values))
    return objective.beats_bound(_mean(evaluation.values), _mean(bound.values), scale=scale)


def _mean(values: Sequence[float]) -> float:
    return math.fsum(values) / len(values)


def _paired(evaluation: Evaluation, other: Evaluation) -> bool:
    count = len(evaluation.values)
    return evaluation.ok and other.ok and 0 < count == len(other.values)


def _estimate(interval: Interval, step: float = 0.0) -> Estimate:
    """Return the interval, a measured value's step wider at both ends."""
    ends = interval.low - step, interval.high + step
    bounded = all(math.isfinite(end) for end in ends)
    return Estimate(
        mean=interval.mean,
        low=ends[0] if bounded else None,
        high=ends[1] if bounded else None,
    )
