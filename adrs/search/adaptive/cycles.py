"""Children that bring back what was deleted before.

About 30 % of the lines that language models add in long searches are byte-identical to lines they
deleted earlier (EvoTrace: arXiv 2605.20086).
"""

from collections import OrderedDict
from collections.abc import Sequence

from adrs.search.member import Member

REMEMBERED = 1024
SHORTEST = 6


class Cycles:
    """Remembers the lines that children left out, and sees when a child is made of them.

    A line is remembered for the line of descent that lost it, and forgotten once 1,024 others were
    lost. Comments, layout and lines of a few characters say nothing.
    """

    def __init__(self) -> None:
        self._deleted: OrderedDict[tuple[str, str], None] = OrderedDict()

    def tell(self, parent: Member, member: Member, line: str) -> bool:
        """Take in a child; return whether at least half of what it adds was deleted before.

        Args:
            parent: the program it was made from.
            member: the child.
            line: the line of descent of both.
        """
        old, new = _statements(parent.program.source), _statements(member.program.source)
        before, after = set(old), set(new)
        added = [text for text in new if text not in before]
        back = [text for text in added if (line, text) in self._deleted]
        for text in old:
            if text not in after:
                self._deleted[line, text] = None
                self._deleted.move_to_end((line, text))
        while len(self._deleted) > REMEMBERED:
            self._deleted.popitem(last=False)
        return bool(added) and 2 * len(back) >= len(added)


def _statements(source: str) -> Sequence[str]:
    lines = (line.strip() for line in source.splitlines())
    return [line for line in lines if len(line) >= SHORTEST and not line.startswith("#")]
