"""What changed between two programs."""

import difflib
import re

from rich.console import Console
from rich.text import Text

from adrs.core.program import Program
from adrs.report.layout import CHAMPION, CONTEXT, STRONG, WORSE

NO_DIFFERENCE = "No difference: the two programs are the same text."
_HUNK = re.compile(r"@@ -(\d+)(?:,\d+)? \+\d+(?:,\d+)? @@")
_DEFINITION = re.compile(r"\s*(?:async\s+def|def|class)\s+\w+")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069]")
_STYLES = (
    ("+++", STRONG),
    ("---", STRONG),
    ("@@", CONTEXT),
    ("+", CHAMPION),
    ("-", WORSE),
)


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


def render_diff(diff: str, console: Console) -> None:
    """Print a diff, added lines green, removed ones red; one plain sentence when there is none.

    Long lines are left whole, so that what is printed can be applied as a patch. On a terminal,
    control characters in the programs are shown, not obeyed.
    """
    if not diff:
        console.print(Text(NO_DIFFERENCE), highlight=False)
        return
    for line in diff.removesuffix("\n").split("\n"):
        style = next((style for start, style in _STYLES if line.startswith(start)), "")
        shown = _CONTROL.sub("\N{REPLACEMENT CHARACTER}", line) if console.is_terminal else line
        text = Text(shown, style="" if console.no_color else style)
        console.print(text, soft_wrap=True, highlight=False)
