"""When the search has come to a halt."""

import math
from collections.abc import Sequence

from adrs.core.objective import Objective
from adrs.search.adaptive.kin import Birth
from adrs.search.member import Member


class Stall:
    """Counts the told trials, failures too, since the last progress beyond noise.

    Progress is a program whose mean gain over the best one at the last progress is larger than its
    standard error, paired by scenario (common random numbers). Small gains add up, as they are all
    held against the same program until together they are large enough.

    Args:
        objective: which way values are better.
        patience: trials without progress that make a stall.
    """

    def __init__(self, objective: Objective, *, patience: int) -> None:
        self._objective = objective
        self._patience = patience
        self._mark: Member | None = None
        self._since = 0

    @property
    def stalled(self) -> bool:
        """True when there was no progress for longer than the patience lasts."""
        return self._since >= self._patience

    def tell(self, birth: Birth) -> None:
        """Take in what became of a trial."""
        self._since += 1
        member = birth.member
        if member is None:
            return
        if self._mark is None or self._is_progress(member, self._mark):
            self._mark = member
            self._since = 0

    def _is_progress(self, member: Member, mark: Member) -> bool:
        if member.fitness <= mark.fitness:
            return False
        fitness = self._objective.fitness
        pairs = zip(member.evaluation.values, mark.evaluation.values, strict=True)
        gains = [fitness(new) - fitness(old) for new, old in pairs]
        return math.fsum(gains) / len(gains) > standard_error(gains)


def standard_error(sample: Sequence[float]) -> float:
    """Return the standard error of the mean of `sample`; 0 for a single value."""
    count = len(sample)
    if count < 2:
        return 0.0
    mean = math.fsum(sample) / count
    spread = math.hypot(*(x - mean for x in sample))  # squares alone may overflow
    return spread / math.sqrt((count - 1) * count)
