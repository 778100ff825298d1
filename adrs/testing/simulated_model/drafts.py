"""The state of a simulated program, and the text that holds it."""

import ast
import re
from dataclasses import dataclass, replace

from adrs.core.program import REGION_END, REGION_START

SYNTAX = "syntax"
_PART = re.compile(r"^    Part\((\d+), \[([\d, ]*)\], (-?[\d.]+(?:e[+-]?\d+)?)\),$", re.MULTILINE)
_FLAW = re.compile(r"^# flaw (\w+) (\d+)$", re.MULTILINE)
_HEAD = "from simulated import Part\n\n"
_UNCLOSED = "def decide(:\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """An approach with its ideas.

    Attributes:
        paradigm: number of the approach.
        ideas: numbers of the ideas applied, ascending.
        constant: the number that it depends on.
    """

    paradigm: int
    ideas: tuple[int, ...] = ()
    constant: float = 1.0

    def with_ideas(self, ideas: "set[int]") -> "Part":
        """Return the part with other ideas."""
        return replace(self, ideas=tuple(sorted(ideas)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A simulated program: one approach, or two and a rule that chooses between them.

    Attributes:
        parts: one or two, the main one first.
        flaw: what breaks it: "syntax" or the name of a verdict; empty for nothing.
        slip: which of the ways to make that mistake.
    """

    parts: tuple[Part, ...]
    flaw: str = ""
    slip: int = 0

    @property
    def ideas(self) -> int:
        """How many ideas it has, over all parts."""
        return sum(len(part.ideas) for part in self.parts)

    def sound(self) -> "Draft":
        """Return the same without its flaw."""
        return replace(self, flaw="", slip=0)


def write(draft: Draft) -> str:
    """Return the text of a program; equal drafts have equal texts."""
    lines = ["PARTS = ["]
    for part in draft.parts:
        ideas = ", ".join(map(str, part.ideas))
        lines.append(f"    Part({part.paradigm}, [{ideas}], {float(part.constant)!r}),")
    lines.append("]")
    body = "\n".join(lines) + "\n"
    if draft.flaw:
        # In a comment and in code: the text says it, and the program's id depends on it.
        body += f"# flaw {draft.flaw} {draft.slip}\n"
        body += _UNCLOSED if draft.flaw == SYNTAX else f"FLAW = ({draft.flaw!r}, {draft.slip})\n"
    return f"{_HEAD}{REGION_START}\n{body}{REGION_END}\n"


def read(source: str) -> Draft:
    """Return the state that a program's text holds.

    Raises:
        ValueError: the text is not one of `write`.
    """
    parts = tuple(
        Part(
            paradigm=int(found[1]),
            ideas=tuple(ast.literal_eval(f"[{found[2]}]")),
            constant=float(found[3]),
        )
        for found in _PART.finditer(source)
    )
    if not parts:
        raise ValueError("not the text of a simulated program")
    flaw = _FLAW.search(source)
    if flaw is None:
        return Draft(parts=parts)
    return Draft(parts=parts, flaw=flaw[1], slip=int(flaw[2]))
