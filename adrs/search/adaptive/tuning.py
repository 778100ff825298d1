"""When a program's constants are worth tuning."""

import hashlib
import re
from collections import deque
from collections.abc import Sequence

from adrs.core.program import evolve_region
from adrs.core.trial import Trial
from adrs.search.adaptive.plan import TUNING_EVALS
from adrs.search.member import Member
from adrs.search.operators import TUNE

_FLOAT = re.compile(r"(?<![\w.])(?:\d+\.\d*|\.\d+)(?:[eE][-+]?\d+)?")
# As small as that Python writes a tuned value without a point: 5e-05.
_WRITTEN = re.compile(rf"{_FLOAT.pattern}|(?<![\w.])\d+[eE][-+]?\d+")
_REMEMBERED = 256
SLOT_EVERY = 10


class Tunings:
    """Lets a program be tuned once for its structure, within a budget.

    Args:
        evals: evaluations that all tunings may take together.
    """

    def __init__(self, *, evals: int) -> None:
        self._left = evals
        self._tuned: deque[str] = deque(maxlen=_REMEMBERED)

    def suits(self, number: int, member: Member, ranked: Sequence[Member]) -> bool:
        """Tell whether trial `number` may tune `member`.

        It may at one number in ten, so that trials in flight seldom tune the same program; when the
        program is among the best quarter, has float literals, and no program of the same text but
        for its numbers was tuned before.

        Args:
            number: the trial's number.
            member: the program.
            ranked: the programs it competes with, the best last.
        """
        if self._left < TUNING_EVALS or number % SLOT_EVERY != SLOT_EVERY // 2:
            return False
        if member.merit < ranked[-max(1, len(ranked) // 4)].merit:
            return False
        region = _region(member.program.source)
        return _FLOAT.search(region) is not None and _structure(region) not in self._tuned

    def tell(self, trial: Trial, parent: Member | None) -> None:
        """Take in a trial; one that tuned is paid for, and its parent's structure is done with."""
        if trial.operator != TUNE:
            return
        self._left -= trial.evaluations
        if parent is not None:
            self._tuned.append(_structure(_region(parent.program.source)))


def _region(source: str) -> str:
    return evolve_region(source, where="program").body


def _structure(region: str) -> str:
    blanked = _WRITTEN.sub("_", region)
    return hashlib.blake2b(blanked.encode(), digest_size=8).hexdigest()
