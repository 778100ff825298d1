"""What a program does, apart from how well: the axes along which niches are cut."""

import math
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from adrs.core.seeds import derive_seed
from adrs.search.member import Member


@dataclass(frozen=True, slots=True, kw_only=True)
class Axes:
    """Two axes of behaviour, each cut at quantiles of a sample of programs.

    The first is the profile over scenarios: how much better a program does on one random half of
    them than on the other. The second is one of the evaluator's metrics. Neither is the score,
    which would only file the programs by their quality.

    Attributes:
        signs: per scenario above or below 0, by the half it belongs to; see `halves`.
        profile_cuts: ascending; n cuts make n + 1 bins.
        metric: name of the metric; None when the evaluator has none that varies.
        metric_cuts: ascending.
    """

    signs: tuple[float, ...]
    profile_cuts: tuple[float, ...] = ()
    metric: str | None = None
    metric_cuts: tuple[float, ...] = ()

    def cell(self, member: Member) -> tuple[int, int]:
        """Return the niche that `member` belongs to."""
        row = bisect_right(self.profile_cuts, profile(member, self.signs))
        if self.metric is None:
            return row, 0
        return row, bisect_right(self.metric_cuts, member.evaluation.metrics.get(self.metric, 0.0))


def fit_axes(sample: Sequence[Member], *, bins: int, signs: tuple[float, ...]) -> Axes:
    """Return axes that cut the distinct levels of `sample` into `bins` equally full bins each.

    The metric is the one whose order says least about the order of the scores (Spearman's rank
    correlation nearest 0) among those that vary; ties go to the first name.
    """
    profiles = [profile(member, signs) for member in sample]
    metric = _least_telling_metric(sample)
    levels = [] if metric is None else [m.evaluation.metrics.get(metric, 0.0) for m in sample]
    return Axes(
        signs=signs,
        profile_cuts=_quantiles(profiles, bins),
        metric=metric,
        metric_cuts=_quantiles(levels, bins),
    )


def halves(seed: int, scenarios: int) -> tuple[float, ...]:
    """Return +1 for a random half of the scenarios (rounded down) and weights of -1 for the others.

    They add up to 0, or the profile would tell the score: of an odd number the others weigh a
    little less, and a single scenario, which has no halves, weighs nothing.
    """
    rng = Random(derive_seed(seed, "halves"))
    draws = [rng.random() for _ in range(scenarios)]
    half = scenarios // 2
    first_half = set(sorted(range(scenarios), key=draws.__getitem__)[:half])
    other = -half / (scenarios - half)
    return tuple(1.0 if i in first_half else other for i in range(scenarios))


def profile(member: Member, signs: Sequence[float]) -> float:
    """Return the signed sum of the member's values; rounded once, so the same everywhere."""
    return math.fsum(map(float.__mul__, signs, map(float, member.evaluation.values)))


def _quantiles(levels: Sequence[float], bins: int) -> tuple[float, ...]:
    ordered = sorted(set(levels))
    bins = min(bins, len(ordered))
    return tuple(ordered[len(ordered) * i // bins] for i in range(1, bins))


def _least_telling_metric(sample: Sequence[Member]) -> str | None:
    scores = _ranks([member.fitness for member in sample])
    best: tuple[float, str] | None = None
    for name in sorted(sample[0].evaluation.metrics):
        levels = [member.evaluation.metrics.get(name, 0.0) for member in sample]
        if min(levels) == max(levels):
            continue
        candidate = abs(_correlation(_ranks(levels), scores)), name
        best = candidate if best is None else min(best, candidate)
    return None if best is None else best[1]


def _ranks(levels: Sequence[float]) -> list[float]:
    """Mean ranks: equal levels share one."""
    order = sorted(range(len(levels)), key=levels.__getitem__)
    ranks = [0.0] * len(levels)
    start = 0
    while start < len(order):
        end = start + 1
        while end < len(order) and levels[order[end]] == levels[order[start]]:
            end += 1
        for position in order[start:end]:
            ranks[position] = (start + end - 1) / 2
        start = end
    return ranks


def _correlation(left: Sequence[float], right: Sequence[float]) -> float:
    middle = (len(left) - 1) / 2
    x = [rank - middle for rank in left]
    y = [rank - middle for rank in right]
    scale = math.sqrt(math.fsum(a * a for a in x) * math.fsum(b * b for b in y))
    return 0.0 if scale == 0 else math.fsum(a * b for a, b in zip(x, y, strict=True)) / scale
