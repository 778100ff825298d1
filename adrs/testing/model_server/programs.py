"""Finding the program in a prompt."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from adrs.core.program import REGION_END, REGION_START, EvolveRegion, evolve_region
from adrs.errors import ProblemError

_OPENING = re.compile(r" {0,3}(?P<fence>`{3,}|~{3,})[ \t]*(?P<language>\w*)[^`]*")
_PYTHON = ("python", "py", "python3")
_WRAPPER = "def region():\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundProgram:
    """The program that a prompt asks to change.

    Attributes:
        shown: as the prompt shows it; head and tail are just the marker lines where the prompt
            shows no more.
        source: a whole program with that region, for the mutator.
    """

    shown: EvolveRegion
    source: str


def find_program(texts: Sequence[str]) -> FoundProgram | None:
    """Return the last fenced Python program with an evolve region, else the last bare region."""
    programs = [block for text in texts for block in fenced_python(text) if _cut(block)]
    if programs:
        return FoundProgram(shown=evolve_region(programs[-1], where="prompt"), source=programs[-1])
    for text in reversed(texts):
        region = _last_region(text)
        shown_bare = _cut(region)
        if shown_bare is not None:
            return FoundProgram(shown=shown_bare, source=_wrapped(shown_bare))
    return None


def fenced_python(text: str) -> Iterator[str]:
    """Yield the contents of the outermost closed fences that say they hold Python."""
    fence, python = "", False
    lines: list[str] = []
    for line in text.split("\n"):
        bare = line.rstrip("\r \t")
        if not fence:
            opening = _OPENING.fullmatch(bare)
            if opening is not None:
                fence, lines = opening["fence"], []
                python = opening["language"].lower() in _PYTHON
        elif _closes(bare, fence):
            if python:
                yield "".join(lines)
            fence = ""
        else:
            lines.append(line + "\n")


def _closes(line: str, fence: str) -> bool:
    mark = line.lstrip(" ")
    return len(mark) >= len(fence) and set(mark) == {fence[0]}


def _cut(source: str) -> EvolveRegion | None:
    try:
        return evolve_region(source, where="prompt")
    except ProblemError:
        return None


def _last_region(text: str) -> str:
    lines = text.split("\n")
    marks = [line.strip() for line in lines]
    end = _last_index(marks, REGION_END, len(marks))
    start = _last_index(marks, REGION_START, end)
    return "".join(line + "\n" for line in lines[start : end + 1]) if 0 <= start < end else ""


def _last_index(marks: Sequence[str], mark: str, before: int) -> int:
    return max((at for at in range(max(before, 0)) if marks[at] == mark), default=-1)


def _wrapped(region: EvolveRegion) -> str:
    """Return a program around a bare region; an indented region becomes a function's body."""
    source = region.head + region.body + region.tail
    first = next((line for line in region.body.split("\n") if line.strip()), "")
    return _WRAPPER + source if first[:1] in (" ", "\t") else source
