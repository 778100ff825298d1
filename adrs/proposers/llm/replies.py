"""Reads a model's reply: a changed program comes out, or a precise word on why not.

A reply is SEARCH/REPLACE blocks, or the whole evolve region anew in one fenced code block; both are
taken, whichever was asked for. Forgiven is what says nothing about the program: prose around,
fences around blocks or their halves, carriage returns, Markdown around a marker, a marker doubled,
reasoning in tags before the answer, a whole block indented. What is applied is applied exactly;
where there are two ways to read a reply, it is refused.

- Blocks win over fenced code, which then is an illustration, unless it gives the region's marker
  lines too: then there are two answers.
- Of several fenced code blocks the one with the region's marker lines is meant; without such a one,
  or with two, none is. Fences that name another language than Python are no code.
- `<think>` and its like count where they begin a line outside of blocks and fences. What is between
  the tags is dropped; a closing tag without an opening one ends reasoning that began with the
  reply; an opening tag that is never closed is passed over at the reply's start, else it is an
  error.
- A reply that the provider cut off is refused whole: what is missing may have been a part of it.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from adrs.core.program import (
    FILENAME,
    REGION_END,
    REGION_START,
    UNPARSABLE,
    EvolveRegion,
    Program,
    evolve_region,
    parsed,
)
from adrs.errors import ProblemError
from adrs.proposers.llm.codesize import code_size
from adrs.proposers.llm.edits import (
    Lines,
    RegionLines,
    ReplyError,
    apply_blocks,
    is_marker,
    rewritten,
    shown,
)
from adrs.proposers.llm.prompt.neutral import one_line
from adrs.proposers.llm.scanning import Parts, take_apart

__all__ = ["LONGEST_IDEA", "LONGEST_REPLY", "Reply", "ReplyError", "read_reply"]

LONGEST_REPLY = 500_000  # characters, reasoning included
LONGEST_IDEA = 200
_CUT_OFF = frozenset({"length", "max_tokens", "model_length", "content_filter"})
_UNCOMPILABLE = (*UNPARSABLE, OverflowError)
_MOST_CODE = 300_000  # syntax nodes, copies included; compiling them takes about half a second
_TOO_MUCH_CODE = (
    "The changed program does not compile in a reasonable size: a `finally` is copied for every "
    "way out of its `try`. Do not put `finally` blocks into one another."
)
_TURNING = frozenset({"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"})
_CONFLICT = re.compile(r"<{7}(?:\s.*)?|={7}|>{7}(?:\s.*)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a model proposes.

    Attributes:
        source: the whole new program; its frozen text is the parent's to the byte, it compiles,
            and it differs from the parent in more than comments and layout.
        idea: the model's own line on what is changed and why, cleaned; may be empty.
    """

    source: str
    idea: str


def read_reply(text: str, parent: Program, *, finish: str = "") -> Reply:
    """Return what the reply makes of the parent.

    Args:
        text: the answer as it came, which may be anything.
        parent: the program that the reply is to change; it has one evolve region.
        finish: why the model stopped, as the provider says ("stop", "length"); empty if unknown.

    Raises:
        ReplyError: the reply gives no program, or not beyond doubt; the text says why.
        ProblemError: the parent has no evolve region.
    """
    region = evolve_region(parent.source, where="parent")
    if finish.casefold() in _CUT_OFF:
        raise ReplyError(
            f"The reply was cut off before its end (finish reason '{one_line(finish, 40)}'), so "
            "nothing of it was used. Give a shorter one: fewer words, smaller edits."
        )
    if len(text) > LONGEST_REPLY:
        raise ReplyError(
            f"The reply is {len(text):,} characters long; at most {LONGEST_REPLY:,} are read. "
            "Give only the idea and the changed code."
        )
    parts = take_apart(text)
    lines = RegionLines.of(region)
    if parts.blocks:
        _refuse_second_answer(parts)
        source = _checked(_source(region, apply_blocks(lines, parts.blocks)), parent, region)
    else:
        readings = rewritten(lines, _only_code(parts))
        source = _checked(_choice([_source(region, r) for r in readings]), parent, region)
    return Reply(source=source, idea=one_line(parts.idea, LONGEST_IDEA))


def _source(region: EvolveRegion, body: Sequence[str]) -> str:
    return region.with_body("\n".join(body) + "\n" if body else "")


def _refuse_second_answer(parts: Parts) -> None:
    if any(code.whole for code in parts.codes):
        raise ReplyError(
            "The reply gives both SEARCH/REPLACE blocks and a code block with the region's marker "
            "lines: two answers. Give one of them."
        )


def _only_code(parts: Parts) -> Lines:
    """Return the one text of a reply without blocks that gives the region anew."""
    codes = list(dict.fromkeys(parts.codes))
    whole = [code for code in codes if code.whole]
    chosen = whole or codes
    if len(chosen) == 1:
        return chosen[0].lines
    if chosen:
        raise ReplyError(
            f"The reply has {len(chosen)} different code blocks, so that it cannot be told which "
            "one is the new evolve region. Give exactly one."
        )
    bare = [i for i, line in enumerate(parts.prose) if is_marker(line)]
    if bare and not parts.foreign:
        return parts.prose[bare[0] : bare[-1] + 1]
    if parts.foreign:
        raise ReplyError(
            f"The reply has a code block marked {shown(parts.foreign[0])}, but no edit and no "
            "Python. Give SEARCH/REPLACE blocks, or the whole evolve region in a block marked "
            "'python'."
        )
    raise ReplyError(
        "The reply has no program text: neither a SEARCH/REPLACE block nor a fenced code block "
        "with the new evolve region."
    )


def _choice(readings: Sequence[str]) -> str:
    """Return the one reading that compiles; the first one where none does.

    Raises:
        ReplyError: both do, so that it cannot be told which one is meant.
    """
    fit = [source for source in readings if not _fault(source)]
    if len(fit) > 1:
        raise ReplyError(
            "The first statement of the code block is not indented as the evolve region's first, "
            "and it cannot be told whether that is meant. Indent the region as it is in the "
            "program."
        )
    return fit[0] if fit else readings[0]


def _checked(source: str, parent: Program, region: EvolveRegion) -> str:
    """Return the new program if there is nothing against it."""
    _check_characters(source, parent.source)
    try:
        after = evolve_region(source, where="the changed program")
    except ProblemError:
        raise ReplyError(
            f"The change adds a marker line: '{REGION_START}' and '{REGION_END}' would not stand "
            "once each any more. Leave the marker lines out of new text."
        ) from None
    if (after.head, after.tail) != (region.head, region.tail):
        raise ReplyError("The change alters frozen text outside the evolve region.")
    _check_conflicts(after.body, region.body)
    fault = _fault(source)
    if fault:
        raise ReplyError(fault)
    if source == parent.source:
        raise ReplyError("The reply changes nothing: the new program is its parent, text for text.")
    if Program.of(source).id == parent.id:
        raise ReplyError(
            "The reply changes nothing but comments, docstrings or layout. Change what the program "
            "does."
        )
    return source


def _check_characters(source: str, known: str) -> None:
    """Refuse control characters, bidirectional ones and surrogates that the parent has not."""
    for char in sorted(set(source) - set(known) - set("\n\t\r\f")):
        hidden = unicodedata.category(char) in ("Cc", "Cs")
        if hidden or unicodedata.bidirectional(char) in _TURNING:
            line = source[: source.index(char)].count("\n") + 1
            raise ReplyError(
                f"Line {line} of the changed program holds the character U+{ord(char):04X}, which "
                "no program may hold as it is. Write it as an escape sequence or leave it out."
            )


def _check_conflicts(body: str, known: str) -> None:
    counts = Counter(_conflict_lines(body))
    counts.subtract(_conflict_lines(known))
    line = next((line for line, count in counts.items() if count > 0), None)
    if line is not None:
        raise ReplyError(
            f"The changed program would hold the line {shown(line)}, a marker of an edit. Give "
            "complete blocks, and no markers in the program's text."
        )


def _conflict_lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if _CONFLICT.fullmatch(line.strip())]


@lru_cache(maxsize=16)  # where a reply can be read in two ways, both are looked at twice
def _fault(source: str) -> str:
    """Return why the source does not compile; empty if it does."""
    try:
        if code_size(parsed(source)) > _MOST_CODE:
            return _TOO_MUCH_CODE
        compile(source, FILENAME, "exec", dont_inherit=True)
    except SyntaxError as exc:
        lines = source.split("\n")
        at = exc.lineno or 0
        there = f" at line {at} of the program" if at else ""
        text = f": {shown(lines[at - 1].strip())}" if 0 < at <= len(lines) else ""
        kind = type(exc).__name__
        return f"The changed program does not compile: {kind}: {shown(exc.msg)}{there}{text}"
    except _UNCOMPILABLE as exc:
        return f"The changed program does not compile: {type(exc).__name__}: {shown(str(exc))}"
    return ""
