"""The difference between two programs on a terminal, as a patch with coloured code."""

import re
from dataclasses import dataclass

from rich.console import Console
from rich.text import Text

from adrs.core.program import Program
from adrs.report.layout import CHAMPION, CONTEXT, STRONG, WORSE
from adrs.report.program.diff import NO_DIFFERENCE, program_diff
from adrs.report.source import coloured, print_code

_HUNK = re.compile(r"@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@")
_HEADING_LINES = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedProgram:
    """A program and what to call it, such as "initial program"."""

    name: str
    program: Program


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What was changed from one program to another.

    Attributes:
        run: the run whose programs they are.
        before: the older program.
        after: the newer program.
        diff: the unified diff; empty without a difference.
    """

    run: str
    before: NamedProgram
    after: NamedProgram
    diff: str


def changes(run: str, before: NamedProgram, after: NamedProgram) -> Changes:
    """Return the difference between two programs of a run."""
    names = (before.name, after.name)
    diff = program_diff(before.program, after.program, names)
    return Changes(run=run, before=before, after=after, diff=diff)


def render_changes(made: Changes, console: Console) -> None:
    """Print a diff whose text can be applied as a patch; one plain sentence when there is none.

    The sign of an added line is green and that of a removed one red, on a terminal the code beside
    it is coloured as Python.
    """
    if not made.diff:
        console.print(Text(NO_DIFFERENCE), highlight=False)
        return
    print_code(_styled(made), made.diff, console)


def _styled(made: Changes) -> list[Text]:
    old, new = coloured(made.before.program.source), coloured(made.after.program.source)
    lines = made.diff.removesuffix("\n").split("\n")
    shown = [Text(line, style=STRONG) for line in lines[:_HEADING_LINES]]
    old_row = new_row = 0
    for line in lines[_HEADING_LINES:]:
        hunk = _HUNK.match(line)
        if hunk is not None:
            old_row, new_row = int(hunk[1]) - 1, int(hunk[2]) - 1
            shown.append(Text(line, style=CONTEXT))
        elif line.startswith("+"):
            shown.append(Text.assemble(("+", f"{STRONG} {CHAMPION}"), new[new_row]))
            new_row += 1
        elif line.startswith("-"):
            shown.append(Text.assemble(("-", f"{STRONG} {WORSE}"), old[old_row]))
            old_row += 1
        else:
            shown.append(Text.assemble(" ", old[old_row]))
            old_row, new_row = old_row + 1, new_row + 1
    return shown
