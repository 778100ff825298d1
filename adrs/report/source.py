"""Source text for a terminal: keywords, names, literals and comments told apart, line by line."""

import io
import keyword
import re
import tokenize
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rich.console import Console
from rich.text import Text

from adrs.report.layout import CONTEXT, STRONG

LITERAL = "cyan"
NUMBER = "magenta"

_DEFINES = ("def", "class")
_STRINGS = frozenset(
    number
    for number, name in tokenize.tok_name.items()
    if name in ("STRING", "FSTRING_START", "FSTRING_MIDDLE", "FSTRING_END")
)
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Span:
    """A stretch of one line that is printed in a style; `end` is None for the rest of the line."""

    row: int
    start: int
    end: int | None
    style: str


def coloured(source: str) -> list[Text]:
    """Return the lines of Python source with styles; text that is no Python has none.

    Lines are cut at line feeds alone, as a patch counts them. Form feeds and the like are left
    out, as rich does with them.
    """
    lines = [Text(line) for line in source.removesuffix("\n").split("\n")]
    for span in _spans(source):
        if span.row < len(lines):
            lines[span.row].stylize(span.style, span.start, span.end)
    return lines


def print_source(source: str, console: Console) -> None:
    """Print a program whole; see `print_code`."""
    print_code(coloured(source), source, console)


def print_code(lines: Iterable[Text], exact: str, console: Console) -> None:
    """Print lines of code unbroken.

    On a terminal control characters are shown, not obeyed. Elsewhere the text is written as it
    stands, character by character, so that a program or a patch can be taken from it.

    Args:
        lines: the code with its styles.
        exact: its text; a line feed is added where it lacks the last.
        console: where to print.
    """
    if not console.is_terminal:
        console.file.write(exact if exact.endswith("\n") else f"{exact}\n")
        return
    for line in lines:
        shown = line.copy()
        shown.plain = _CONTROL.sub("\N{REPLACEMENT CHARACTER}", shown.plain)
        unstyled = Text(shown.plain) if console.no_color else shown
        console.print(unstyled, soft_wrap=True, highlight=False)


def _spans(source: str) -> Iterator[_Span]:
    before = ""
    try:
        for token in tokenize.generate_tokens(io.StringIO(source, newline="\n").readline):
            style = _style(token, before)
            if style:
                yield from _lines_of(token, style)
            before = token.string
    except (tokenize.TokenError, SyntaxError):
        return  # what comes after the fault stays plain


def _style(token: tokenize.TokenInfo, before: str) -> str:
    if token.type == tokenize.COMMENT:
        return CONTEXT
    if token.type in _STRINGS:
        return LITERAL
    if token.type == tokenize.NUMBER:
        return NUMBER
    if token.type == tokenize.NAME and (keyword.iskeyword(token.string) or before in _DEFINES):
        return STRONG
    return ""


def _lines_of(token: tokenize.TokenInfo, style: str) -> Iterator[_Span]:
    (first, start), (last, end) = token.start, token.end
    for row in range(first, last + 1):
        yield _Span(
            row=row - 1,
            start=start if row == first else 0,
            end=end if row == last else None,
            style=style,
        )
