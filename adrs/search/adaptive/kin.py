"""What is remembered of the programs that may still be parents, and what a trial made of one."""

from collections import deque
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from adrs.core.trial import Trial
from adrs.search.member import Member

RECENT = 256
PRUNE_EVERY = 128


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Birth:
    """A told trial, and what it was to its parent.

    Attributes:
        trial: the trial.
        member: its scored program; None for a failure or a duplicate.
        parent: the scored program it comes from; None where that is unknown. The child of a repair
            counts as one of the parent of the broken program.
        gain: how much fitter than its parent it is; 0 for a copy, None where either has no score.
        copies: whether it decides the same as its parent or as another program that was shown.
        record: whether it has more merit than every program told before.
        founds: whether a new paradigm was asked for, or the repair of one that broke.
        cycles: whether it brings back what was deleted before.
    """

    trial: Trial
    member: Member | None
    parent: Member | None
    gain: float | None
    copies: bool = False
    record: bool = False
    founds: bool = False
    cycles: bool = False

    @property
    def better(self) -> bool:
        """True when it is fitter than its parent, and no copy of what was shown."""
        return self.gain is not None and self.gain > 0


@dataclass(slots=True)
class _Entry:
    member: Member
    failed: int = 0


class Kin:
    """The scored programs of late and those in use, with their present row of failed children.

    What is neither recent nor in use is forgotten, so that memory does not grow with the trials.
    """

    def __init__(self) -> None:
        self._entries: dict[str, _Entry] = {}
        self._recent: deque[str] = deque(maxlen=RECENT)
        self._told = 0

    def __len__(self) -> int:
        return len(self._entries)

    def member(self, program_id: str) -> Member | None:
        """Return the scored program; None when it is unknown or forgotten."""
        entry = self._entries.get(program_id)
        return None if entry is None else entry.member

    def failed(self, program_id: str) -> int:
        """Return the length of the program's present row of failed children."""
        entry = self._entries.get(program_id)
        return 0 if entry is None else entry.failed

    def weight(self, program_id: str) -> float:
        """Return 1 / (1 + failed), the factor on the program's chance to be a parent."""
        return 1 / (1 + self.failed(program_id))

    def tell(self, birth: Birth) -> None:
        """Count a birth for its parent, and remember its program.

        A child that is no better counts as a failure, one that also cycles as two. A child that
        only says the same in other words inherits its parent's row. A paradigm says nothing about
        the program that it was to be unlike.
        """
        parent = None if birth.parent is None else self._entries.get(birth.parent.program.id)
        if parent is not None and not birth.founds:
            parent.failed = 0 if birth.better else parent.failed + 1 + birth.cycles
        member = birth.member
        if member is None:
            return
        known = self._entries.setdefault(member.program.id, _Entry(member))
        if parent is not None and parent.member.behaviour == member.behaviour:
            known.failed = parent.failed
        self._recent.append(member.program.id)

    def is_due(self) -> bool:
        """Count a told trial; return whether it is time to forget what is not in use."""
        self._told += 1
        return self._told % PRUNE_EVERY == 0

    def forget_all_but(self, members: Iterable[Member]) -> Collection[str]:
        """Forget what is neither recent nor among `members`; return the ids that are left."""
        kept = {*self._recent, *(member.program.id for member in members)}
        self._entries = {one: entry for one, entry in self._entries.items() if one in kept}
        return self._entries.keys()
