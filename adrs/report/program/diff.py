"""What changed between two programs."""

import difflib
import re

from adrs.core.program import Program

NO_DIFFERENCE = "No difference: the two programs are the same text."
_HUNK = re.compile(r"@@ -(\d+)(?:,\d+)? \+\d+(?:,\d+)? @@")
_DEFINITION = re.compile(r"\s*(?:async\s+def|def|class)\s+\w+")


def program_diff(before: Program, after: Program, names: tuple[str, str]) -> str:
    """Return a unified diff whose hunks name the function they are in; empty without one.

    Args:
        before: the older program.
        after: the newer program.
        names: what to call the two, such as ("initial", "champion").
    """
    old, new = _lines(before), _lines(after)
    lines = difflib.unified_diff(old, new, names[0], names[1], lineterm="")
    shown = [_with_function(line, old) if line.startswith("@@") else line for line in lines]
    return "\n".join(shown) + "\n" if shown else ""


def _lines(program: Program) -> list[str]:
    """Return the lines as a patch counts them: form feeds and such end no line."""
    return program.source.removesuffix("\n").split("\n")


def _with_function(header: str, old: list[str]) -> str:
    match = _HUNK.match(header)
    if match is None:
        return header
    first = int(match.group(1))
    for line in reversed(old[: max(first, 0)]):
        if _DEFINITION.match(line):
            return f"{header} {line.strip().rstrip(':')}"
    return header
