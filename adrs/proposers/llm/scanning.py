"""Takes a model's reply apart: its idea, its edit blocks, its fenced code; reasoning left out."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from adrs.core.program import REGION_START
from adrs.proposers.llm.edits import Block, Lines, ReplyError, is_marker, shown

_MARKDOWN = r"[\s*_`#>-]{0,12}"
_SEARCH = re.compile(rf"{_MARKDOWN}<{{5,12}} ?SEARCH[\s*_`:]*")
_DIVIDER = re.compile(r"[\s*_`]{0,12}={7}[\s*_`]*")
_REPLACE = re.compile(r"[\s*_`#-]{0,12}(?:> )?>{5,12} ?REPLACE[\s*_`:]*")
_UNKNOWN_MARKER = re.compile(r"\s{0,12}(?:<{7}|>{7})(?:\s.*)?")
_IDEA = re.compile(rf"{_MARKDOWN}IDEA[*_`]{{0,3}}\s?[:：]\s*(.*)", re.IGNORECASE)
# Stricter than in prose: a comment or a variable of that name is code.
_IDEA_IN_FENCE = re.compile(r"IDEA: .*")
_FENCE = re.compile(r"\s*(`{3,}|~{3,})\s*([\w+#-]*)[^`]*")
_REGION_MARKER = re.compile(r"([\s*_`]*)# ?(EVOLVE-BLOCK-(?:START|END))[\s*_`]*")
_PYTHON = frozenset({"", "python", "python3", "py"})
_MARKDOWN_FENCES = frozenset({"markdown", "md"})
_TAGS = "think|thinking|thought|thoughts|reasoning|reflection|analysis|scratchpad|seed:think"
_TAG_OPENS = re.compile(rf"\s*(?:<({_TAGS})>|\[(THINK)\]|◁(think)▷)", re.IGNORECASE)
_TAG_CLOSES = rf"(?:</(?:{_TAGS})>|\[/THINK\]|◁/think▷)"
_STARTS_CLOSING = re.compile(rf"(?:\s*{_TAG_CLOSES})+", re.IGNORECASE)
_ENDS_CLOSING = re.compile(rf"{_TAG_CLOSES}\s*\Z", re.IGNORECASE)
_LONGEST_TAG = 40  # with spaces after it


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """A fenced code block that is marked as Python, or not marked at all."""

    lines: Lines

    @property
    def whole(self) -> bool:
        """True when it has marker lines of the region."""
        return any(map(is_marker, self.lines))


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """The parts of a reply.

    Attributes:
        idea: the text of the line that begins with "IDEA:"; empty without one.
        blocks: the edits, in order.
        codes: the fenced code blocks without edits in them.
        foreign: what other fenced blocks say they hold, such as "diff".
        prose: the lines outside of all these.
    """

    idea: str
    blocks: tuple[Block, ...]
    codes: tuple[Code, ...]
    foreign: tuple[str, ...]
    prose: Lines


def take_apart(text: str) -> Parts:
    """Return the parts of a reply.

    Raises:
        ReplyError: it is empty, a block or fence has no end, or a marker is out of place.
    """
    if not text.strip():
        raise ReplyError("The reply is empty.")
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    lines = [_plain_marker(line) for line in text.split("\n")]
    return _Scanner(_without_unopened(lines)).scan()


def _plain_marker(line: str) -> str:
    """Return a line, without the Markdown around it if it is one of the region's marker lines."""
    match = _REGION_MARKER.fullmatch(line)
    if match is None:
        return line
    return line[: len(line) - len(line.lstrip())] + f"# {match.group(2)}"


def _without_unopened(lines: Sequence[str]) -> list[str]:
    """Return the lines after reasoning that has only a closing tag.

    That is so when the first tag of all is a closing one, at the begin or the end of its line. The
    opening one is then a part of the model's own template and does not come with the answer.
    """
    kept = list(lines)
    at = begin = 0
    while at < len(kept) and not _TAG_OPENS.match(kept[at]):
        closing = _STARTS_CLOSING.match(kept[at])
        if closing:
            kept[at] = kept[at][closing.end() :]
            begin = at
            continue
        if _ENDS_CLOSING.search(kept[at][-_LONGEST_TAG:]):
            begin = at + 1
        at += 1
    return kept[begin:]


class _Scanner:
    """Goes through a reply's lines once and takes them apart."""

    def __init__(self, lines: list[str]) -> None:
        self._lines = lines
        self._at = 0
        self._wrappers: list[str] = []  # open fences marked as Markdown: their text is the reply's
        self._idea: str | None = None
        self._blocks: list[Block] = []
        self._codes: list[Code] = []
        self._foreign: list[str] = []
        self._prose: list[str] = []
        self._begun = False  # there was prose that is not blank
        self._bare = False  # between marker lines that stand in no fence: everything is code
        self._unclosed: set[str] = set()  # names of tags with no closing tag from here on

    def scan(self) -> Parts:
        """Return the parts.

        Raises:
            ReplyError: a block or fence has no end, or a marker is out of place.
        """
        while self._at < len(self._lines):
            self._outside(self._next())
        if self._wrappers:
            raise _unclosed_fence()
        return Parts(
            idea=self._idea or "",
            blocks=tuple(self._blocks),
            codes=tuple(self._codes),
            foreign=tuple(self._foreign),
            prose=tuple(self._prose),
        )

    def _next(self) -> str:
        self._at += 1
        return self._lines[self._at - 1]

    def _outside(self, line: str) -> None:
        if _SEARCH.fullmatch(line):
            self._block(line)
        elif _REPLACE.fullmatch(line):
            raise ReplyError(
                f"Line {self._at} of the reply ends a block ('>>>>>>> REPLACE') that no line "
                "'<<<<<<< SEARCH' has begun."
            )
        elif _UNKNOWN_MARKER.fullmatch(line):
            raise ReplyError(
                f"Line {self._at} of the reply, {shown(line)}, is no marker of an edit. A block "
                "begins with '<<<<<<< SEARCH' and ends with '>>>>>>> REPLACE', each alone on its "
                "line."
            )
        elif opening := _TAG_OPENS.match(line):
            self._reasoning(opening)
        elif fence := _FENCE.fullmatch(line):
            self._fence(fence)
        else:
            self._words(line)

    def _words(self, line: str) -> None:
        self._begun = self._begun or bool(line.strip())
        if is_marker(line):
            self._bare = line.strip() == REGION_START
        idea = None if self._bare else _IDEA.fullmatch(line)
        if self._idea is None and idea:
            self._idea = idea.group(1).strip("*_` ")
        elif self._idea == "" and line.strip() and not self._bare:
            self._idea = line
        else:
            self._prose.append(line)

    def _reasoning(self, opening: re.Match[str]) -> None:
        """Pass over reasoning; the line it ends on is read again from there."""
        name = next(filter(None, opening.groups())).casefold()
        begin = self._at - 1
        end = None if name in self._unclosed else self._closed_at(name, begin, opening.end())
        if end is not None:
            self._at = end
            return
        self._unclosed.add(name)
        if self._begun or self._blocks or self._codes or self._foreign:
            raise ReplyError(
                f"The tag {shown(opening.group().strip())} at line {self._at} of the reply is "
                "never closed, so what follows it may be reasoning or answer. Give the answer "
                "outside of such tags."
            )
        self._lines[begin] = self._lines[begin][opening.end() :]
        self._at = begin

    def _closed_at(self, name: str, begin: int, offset: int) -> int | None:
        """Return the line with the closing tag, cut to what follows it; None without one."""
        closing = re.compile(rf"</{name}>|\[/{name}\]|◁/{name}▷", re.IGNORECASE)
        for at in range(begin, len(self._lines)):
            found = closing.search(self._lines[at], offset if at == begin else 0)
            if found:
                self._lines[at] = self._lines[at][found.end() :]
                return at
        return None

    def _fence(self, opening: re.Match[str]) -> None:
        """Read a fence to its end; blocks in it are blocks, other text in it is code."""
        mark, info = opening.group(1), opening.group(2).casefold()
        if info in _MARKDOWN_FENCES:
            self._wrappers.append(mark)
            return
        if self._wrappers and _closes(opening.group(), self._wrappers[-1]):
            self._wrappers.pop()
            return
        blocks = len(self._blocks)
        code = self._fenced(mark)
        if len(self._blocks) > blocks or not any(map(str.strip, code)):
            return
        if info in _PYTHON:
            self._codes.append(Code(lines=tuple(code)))
        else:
            self._foreign.append(info)

    def _fenced(self, mark: str) -> list[str]:
        """Read to the fence's end and return its lines, but for blocks and a leading idea."""
        code: list[str] = []
        begun = False
        while self._at < len(self._lines):
            line = self._next()
            if _closes(line, mark):
                return code
            if _SEARCH.fullmatch(line):
                self._block(line)
            elif not begun and _IDEA_IN_FENCE.fullmatch(line):
                self._words(line)
            else:
                code.append(line)
                begun = begun or bool(line.strip())
        raise _unclosed_fence()

    def _block(self, opening: str) -> None:
        number = len(self._blocks) + 1
        search: list[str] = []
        replace: list[str] = []
        part = search
        while self._at < len(self._lines):
            line = self._next()
            if _REPLACE.fullmatch(line):
                divided = part is replace
                self._blocks.append(_block(number, opening, search, replace, divided=divided))
                return
            if _SEARCH.fullmatch(line):
                if part is replace or search:
                    raise _nested(number, self._at)
            elif _DIVIDER.fullmatch(line):
                if replace:
                    raise _divided_twice(number)
                part = replace
            else:
                part.append(line)
        raise ReplyError(
            f"Block {number} has no end: the reply stops before its line '>>>>>>> REPLACE'. Give "
            "every block whole."
        )


def _nested(number: int, at: int) -> ReplyError:
    return ReplyError(
        f"Block {number} has no end: at line {at} of the reply another '<<<<<<< SEARCH' comes "
        "before its '>>>>>>> REPLACE'."
    )


def _divided_twice(number: int) -> ReplyError:
    return ReplyError(
        f"Block {number} has more than one line '=======', so that it cannot be told where its "
        "SEARCH text ends. Give exactly one, or choose other lines."
    )


def _block(
    number: int, opening: str, search: Sequence[str], replace: Sequence[str], *, divided: bool
) -> Block:
    if not divided:
        raise ReplyError(
            f"Block {number} has no line '=======' between its SEARCH and its REPLACE text."
        )
    wanted = _unfenced(search)
    if not any(map(str.strip, wanted)):
        raise ReplyError(
            f"Block {number} has an empty SEARCH text, which names no place. To insert lines, put "
            "a neighbouring line into both the SEARCH and the REPLACE text."
        )
    return Block(
        number=number,
        search=wanted,
        replace=_unfenced(replace),
        indented=opening[:1].isspace(),
    )


def _unfenced(lines: Sequence[str]) -> Lines:
    """Return the lines without a fence around all of them."""
    held = [i for i, line in enumerate(lines) if line.strip()]
    if len(held) >= 2:
        opening = _FENCE.fullmatch(lines[held[0]])
        if opening and _closes(lines[held[-1]], opening.group(1)):
            return tuple(lines[held[0] + 1 : held[-1]])
    return tuple(lines)


def _closes(line: str, mark: str) -> bool:
    stripped = line.strip()
    return len(stripped) >= len(mark) and stripped == mark[0] * len(stripped)


def _unclosed_fence() -> ReplyError:
    return ReplyError(
        "The reply ends inside a code block: a fence is opened and never closed. Give the whole "
        "reply, with every fence closed."
    )
