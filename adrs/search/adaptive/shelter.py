"""Lines of descent: every new paradigm founds one, and is left in peace for its first children."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from adrs.search.adaptive.kin import Birth
from adrs.search.member import Member

FIRST_CHILDREN = 5
MOST_LINES = 8


@dataclass(slots=True)
class _Line:
    founder: str
    best: Member
    children: int = 0


class Shelter:
    """The lines of descent from paradigms, and which of them are still sheltered.

    A new approach begins untuned and would lose every comparison with tuned programs, so each line
    is granted children of its own before it has to hold its place. Of more than eight lines the
    weakest that is no longer sheltered is given up.
    """

    def __init__(self) -> None:
        self._lines: list[_Line] = []
        self._line_of: dict[str, _Line] = {}

    @property
    def bests(self) -> Sequence[Member]:
        """The best program of every line, the best last."""
        return sorted((line.best for line in self._lines), key=lambda member: member.merit)

    @property
    def sheltered(self) -> Sequence[Member]:
        """The best programs of the sheltered lines, the best last."""
        young = [line.best for line in self._lines if line.children < FIRST_CHILDREN]
        return sorted(young, key=lambda member: member.merit)

    def line(self, program_id: str) -> str:
        """Return the founder of the program's line; empty for a program of none."""
        line = self._line_of.get(program_id)
        return "" if line is None else line.founder

    def tell(self, birth: Birth) -> None:
        """Found a line, or count a child for the one of its parent."""
        member, parent = birth.member, birth.parent
        if birth.founds:
            if member is not None and self._is_unlike_all(member):
                self._found(member)
            return
        line = None if parent is None else self._line_of.get(parent.program.id)
        if line is None:
            return
        line.children += 1
        if member is not None:
            self._line_of.setdefault(member.program.id, line)
            if member.merit > line.best.merit:
                line.best = member

    def forget_all_but(self, kept: Collection[str]) -> None:
        """Forget to which lines programs belong that are not in `kept`."""
        self._line_of = {one: line for one, line in self._line_of.items() if one in kept}

    def _is_unlike_all(self, member: Member) -> bool:
        return all(line.best.behaviour != member.behaviour for line in self._lines)

    def _found(self, member: Member) -> None:
        line = _Line(founder=member.program.id, best=member)
        self._lines.append(line)
        self._line_of[member.program.id] = line
        if len(self._lines) > MOST_LINES:
            grown = [one for one in self._lines if one.children >= FIRST_CHILDREN] or self._lines
            weakest = min(grown, key=lambda one: one.best.merit)
            self._lines.remove(weakest)
            self._line_of = {
                one: line for one, line in self._line_of.items() if line is not weakest
            }
