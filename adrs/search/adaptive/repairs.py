"""Broken programs that are worth a repair."""

from collections import deque
from dataclasses import dataclass
from random import Random

from adrs.core.evaluation import Verdict
from adrs.core.program import Program
from adrs.core.trial import Trial
from adrs.search.member import Member
from adrs.search.operators import FIX, PARADIGM, TUNE
from adrs.search.selection import pick_index

REPAIRABLE = frozenset({Verdict.EXCEPTION, Verdict.INVALID, Verdict.TIMEOUT, Verdict.MEMORY})
WAITING = 4
BROKEN_CHILDREN = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A broken program.

    Attributes:
        program: it.
        origin: the scored program that it was made from.
        founds: whether it was to be a new paradigm.
    """

    program: Program
    origin: Member
    founds: bool


class Repairs:
    """The latest broken programs whose idea was not judged yet: they never got a score.

    A new paradigm that broke is always one; any other program only when its parent has had broken
    children before, so that the parent's line is held up by faults rather than by poor ideas. Each
    is repaired once. Few are kept, the newest.
    """

    def __init__(self) -> None:
        self._cases: deque[Case] = deque(maxlen=WAITING)
        self._breaks: deque[str] = deque(maxlen=4 * WAITING)

    def __len__(self) -> int:
        return len(self._cases)

    def case(self, program_id: str) -> Case | None:
        """Return what is known of a broken program that waits; None for any other."""
        return next((case for case in self._cases if case.program.id == program_id), None)

    def draw(self, rng: Random) -> Program:
        """Return a broken program; there must be one."""
        return self._cases[pick_index(rng, len(self._cases))].program

    def tell(self, trial: Trial, parent: Member | None) -> None:
        """Take in a trial and the scored program it comes from, if that is known."""
        if trial.operator == FIX:
            self._close(trial.parent_ids[0])
            return
        evaluation, program = trial.evaluation, trial.program
        if evaluation is None or program is None or parent is None or trial.operator == TUNE:
            return
        if evaluation.verdict not in REPAIRABLE:
            return
        self._breaks.append(parent.program.id)
        often = self._breaks.count(parent.program.id) >= BROKEN_CHILDREN
        founds = trial.operator == PARADIGM
        if often or founds:
            self._cases.append(Case(program=program, origin=parent, founds=founds))

    def _close(self, program_id: str) -> None:
        left = [case for case in self._cases if case.program.id != program_id]
        self._cases = deque(left, maxlen=WAITING)
