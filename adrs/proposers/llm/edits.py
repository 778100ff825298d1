"""Puts what a reply asks for into the evolve region, exactly or not at all.

Lines are compared without the whitespace at their ends. Where a SEARCH text stands is found so:

1. It stands in the region as it is, at exactly one place: that is the place. At several: an error.
2. It stands nowhere as it is, and its lines, all shifted by the same whitespace to the right or to
   the left, stand at exactly one place: that is the place, and the new lines are shifted likewise.
   At several places, over all shifts: an error.
3. Where the marker line itself is indented, so that the lines may be as they should or may have
   been shifted along, both kinds of places count, and there must be one in all.

A SEARCH text that holds a marker line of the region is looked for in the whole program; what it
covers of the frozen text must come back unchanged. Anything else is an error that says what is
wrong. Blocks apply in order, each to the result of those before.
"""

import difflib
from collections.abc import Sequence
from dataclasses import dataclass, replace

from adrs.core.program import REGION_END, REGION_START, EvolveRegion
from adrs.proposers.llm.prompt.neutral import one_line

_SHOWN_CHARS = 100
_MOST_PLACES_SHOWN = 6
_NEAR = 0.6  # difflib's similarity from which a line is worth naming
_MOST_LINES_COMPARED = 2000
_DEFINITIONS = ("def ", "async def ", "class ")

Lines = tuple[str, ...]


class ReplyError(Exception):
    """A reply cannot be used.

    Its text is one line that says what is wrong precisely enough to be quoted in a repair request;
    what it quotes of the reply or of the program is cleaned and cut.
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One SEARCH/REPLACE block.

    Attributes:
        number: from 1, in the reply's order.
        search: the lines to find.
        replace: the lines to put there instead; may be empty.
        indented: whether its SEARCH marker was indented.
    """

    number: int
    search: Lines
    replace: Lines
    indented: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionLines:
    """A program in lines without their newlines: frozen, evolve region, frozen.

    `before` ends with the start marker's line and `after` begins with the end marker's.
    """

    before: Lines
    body: Lines
    after: Lines

    @staticmethod
    def of(region: EvolveRegion) -> "RegionLines":
        """Return a region's lines."""
        return RegionLines(
            before=lines_of(region.head), body=lines_of(region.body), after=lines_of(region.tail)
        )

    @property
    def whole(self) -> Lines:
        """All lines of the program."""
        return self.before + self.body + self.after

    @property
    def end(self) -> int:
        """Index in `whole` of the end marker's line."""
        return len(self.before) + len(self.body)

    def ended_alike(self, lines: Sequence[str]) -> Lines:
        """Return new lines with carriage returns, if the program's lines have them."""
        if not any(line.endswith("\r") for line in self.whole):
            return tuple(lines)
        return tuple(line + "\r" for line in lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shift:
    """The whitespace by which lines are moved: added to each, or taken from each."""

    added: str = ""
    removed: str = ""

    def applied(self, lines: Sequence[str]) -> Lines | None:
        """Return the lines moved, blank ones emptied; None where one has not what is taken."""
        if not self.added and not self.removed:
            return tuple(lines)
        if not all(line.startswith(self.removed) for line in lines if line.strip()):
            return None
        size = len(self.removed)
        return tuple(self.added + line[size:] if line.strip() else "" for line in lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Where a SEARCH text stands: `start` and `stop` are indices of the whole program's lines."""

    start: int
    stop: int
    shift: _Shift


def lines_of(text: str) -> Lines:
    """Return the lines of a text without their newlines; other breaks than newlines end no line."""
    return tuple(text.removesuffix("\n").split("\n")) if text else ()


def shown(line: str) -> str:
    """Return a line quoted for an error text, cleaned and cut."""
    return f"'{one_line(line, _SHOWN_CHARS)}'"


def is_marker(line: str) -> bool:
    """Tell whether a line is one of the region's two marker lines."""
    return line.strip() in (REGION_START, REGION_END)


def apply_blocks(program: RegionLines, blocks: Sequence[Block]) -> Lines:
    """Return the region's lines after all blocks.

    Raises:
        ReplyError: a block does not apply; the text names it.
    """
    current = program
    for block in blocks:
        current = replace(current, body=_applied(current, block, program))
    return current.body


def _applied(current: RegionLines, block: Block, original: RegionLines) -> Lines:
    place = _only_place(current, block, original)
    new = place.shift.applied(block.replace)
    if new is None:
        raise ReplyError(
            f"Block {block.number}: its SEARCH lines are indented by {len(place.shift.removed)} "
            "characters more than the region's, but a line of its REPLACE text is not. Indent "
            "every line as the region does."
        )
    # How many lines of the match are frozen ones, before and after the region.
    lead = max(0, len(current.before) - place.start)
    trail = max(0, place.stop - current.end)
    old = current.whole[place.start : place.stop]
    if not _frozen_kept(old, new, lead, trail):
        raise ReplyError(
            f"Block {block.number} changes a marker line or frozen text: its SEARCH text reaches "
            f"over '{REGION_START}' or '{REGION_END}', and its REPLACE text does not give those "
            "lines back as they are. Leave everything outside the evolve region out of both texts."
        )
    inner = current.ended_alike(new[lead : len(new) - trail])
    start = place.start + lead - len(current.before)
    stop = place.stop - trail - len(current.before)
    return current.body[:start] + inner + current.body[stop:]


def _frozen_kept(old: Sequence[str], new: Sequence[str], lead: int, trail: int) -> bool:
    same_before = _keys(new[:lead]) == _keys(old[:lead])
    return same_before and _keys(new[len(new) - trail :]) == _keys(old[len(old) - trail :])


def _only_place(current: RegionLines, block: Block, original: RegionLines) -> _Place:
    lines = current.whole
    bounds = (len(current.before), current.end)
    if any(map(is_marker, block.search)):
        bounds = (0, len(lines))
    exact = _exact_places(lines, block.search, bounds)
    places = exact
    if block.indented or not exact:
        places = exact + _shifted_places(lines, block.search, bounds)
    if not places:
        raise _missing(current, block, original)
    if len(places) > 1:
        numbers = ", ".join(str(p.start + 1) for p in places[:_MOST_PLACES_SHOWN])
        more = ", …" if len(places) > _MOST_PLACES_SHOWN else ""
        apart = "" if len(places) == len(exact) else " with one indentation or another"
        raise ReplyError(
            f"Block {block.number}: its SEARCH text, which begins {_first(block)}, stands at "
            f"{len(places)} places of the evolve region{apart} (lines {numbers}{more} of the "
            "program). Add neighbouring lines until it stands at exactly one."
        )
    return places[0]


def _exact_places(
    lines: Sequence[str], search: Sequence[str], bounds: tuple[int, int]
) -> list[_Place]:
    keys, wanted = _keys(lines), _keys(search)
    size = len(wanted)
    return [
        _Place(start=at, stop=at + size, shift=_Shift())
        for at in range(bounds[0], bounds[1] - size + 1)
        if keys[at : at + size] == wanted
    ]


def _shifted_places(
    lines: Sequence[str], search: Sequence[str], bounds: tuple[int, int]
) -> list[_Place]:
    anchor = next(i for i, line in enumerate(search) if line.strip())
    size = len(search)
    places: list[_Place] = []
    for at in range(bounds[0], bounds[1] - size + 1):
        shift = _shift_between(search[anchor], lines[at + anchor])
        moved = None if shift is None else shift.applied(search)
        if shift is None or moved is None:
            continue
        if _keys(moved) == _keys(lines[at : at + size]):
            places.append(_Place(start=at, stop=at + size, shift=shift))
    return places


def _shift_between(line: str, wanted: str) -> _Shift | None:
    """Return what makes `line` the line that is wanted; None where no shift does, or none need."""
    if line.strip() != wanted.strip():
        return None
    return shift_from(indentation(line), indentation(wanted))


def shift_from(found: str, wanted: str) -> _Shift | None:
    """Return the shift from one indentation to another; None where they are equal or unlike."""
    if found == wanted:
        return None
    if wanted.endswith(found):
        return _Shift(added=wanted[: len(wanted) - len(found)])
    if found.endswith(wanted):
        return _Shift(removed=found[: len(found) - len(wanted)])
    return None


def indentation(line: str) -> str:
    """Return the whitespace at a line's start."""
    return line[: len(line) - len(line.lstrip())]


def _keys(lines: Sequence[str]) -> list[str]:
    return [line.rstrip() for line in lines]


def _first(block: Block) -> str:
    return shown(next(line for line in block.search if line.strip()))


def _missing(current: RegionLines, block: Block, original: RegionLines) -> ReplyError:
    """Return the error for a SEARCH text that stands nowhere, with the best hint there is."""
    name = f"Block {block.number}: its SEARCH text, which begins {_first(block)},"
    frozen = [
        *_exact_places(current.before, block.search, (0, len(current.before))),
        *_exact_places(current.after, block.search, (0, len(current.after))),
    ]
    if frozen:
        return ReplyError(
            f"{name} stands in the frozen text outside the evolve region. Only what stands between "
            f"'{REGION_START}' and '{REGION_END}' may be changed."
        )
    if _exact_places(original.body, block.search, (0, len(original.body))):
        return ReplyError(
            f"{name} is not in the evolve region any more: an earlier block of the same reply "
            "changed those lines, and blocks apply in order, each to the result of those before."
        )
    return ReplyError(f"{name} is not in the evolve region. {_hint(current, block)}")


def _hint(current: RegionLines, block: Block) -> str:
    body, search = current.body[:_MOST_LINES_COMPARED], block.search
    offset = len(current.before) + 1
    stripped, wanted = [line.strip() for line in body], [line.strip() for line in search]
    for at in range(len(body) - len(search) + 1):
        if stripped[at : at + len(search)] == wanted:
            return f"The same words stand at line {at + offset}, but indented otherwise."
    at, length = _longest_start(body, search)
    if any(wanted[:length]):
        there = shown(body[at + length]) if at + length < len(body) else "its end"
        count = "line stands" if length == 1 else f"{length} lines stand"
        return (
            f"Its first {count} at line {at + offset} of the program, but then the region has "
            f"{there} where the SEARCH text has {shown(search[length])}."
        )
    first = next(line for line in search if line.strip())
    near = difflib.get_close_matches(first[:200], [line[:200] for line in body], 1, _NEAR)
    if near:
        return f"The nearest line to its first is {shown(near[0])}. Copy the lines exactly."
    return "Copy the lines to be changed exactly from the program above."


def _longest_start(body: Sequence[str], search: Sequence[str]) -> tuple[int, int]:
    """Return where the longest beginning of `search` stands in `body`, and its length."""
    keys, wanted = _keys(body), _keys(search)
    best = (0, 0)
    for at in range(len(keys)):
        length = 0
        while (
            length < len(wanted) and at + length < len(keys) and keys[at + length] == wanted[length]
        ):
            length += 1
        if length > best[1]:
            best = (at, length)
    return best


def rewritten(program: RegionLines, text: Sequence[str]) -> tuple[Lines, ...]:
    """Return the readings of a text that gives the whole region anew: the new region's lines.

    The text may be the region alone, the region with its marker lines, or the whole program; what
    it repeats of the frozen text must be as it is. The first reading is the text as it stands.
    Where its first statement is not indented as the region's first, the second one is the text
    shifted so that it is.

    Raises:
        ReplyError: there is no statement in it, or it changes or half repeats what is frozen.
    """
    inner = _inner(program, text)
    if not any(map(_is_code, inner)):
        raise ReplyError(
            "The code block holds no statement. Give the whole new text of the evolve region."
        )
    as_it_stands = program.ended_alike(inner)
    shift = shift_from(_base(inner), _base(program.body) or indentation(program.before[-1]))
    shifted = None if shift is None else shift.applied(inner)
    if shifted is None:
        return (as_it_stands,)
    return (as_it_stands, program.ended_alike(shifted))


def _base(lines: Sequence[str]) -> str:
    return next((indentation(line) for line in lines if _is_code(line)), "")


def _is_code(line: str) -> bool:
    stripped = line.strip()
    return bool(stripped) and not stripped.startswith("#")


def _inner(program: RegionLines, text: Sequence[str]) -> Lines:
    """Return the lines of the text that belong into the region."""
    starts = [i for i, line in enumerate(text) if line.strip() == REGION_START]
    ends = [i for i, line in enumerate(text) if line.strip() == REGION_END]
    if not starts and not ends:
        return _without_frozen(program, text)
    if len(starts) != 1 or len(ends) != 1 or ends[0] <= starts[0]:
        raise ReplyError(
            f"The code block has {len(starts)} lines '{REGION_START}' and {len(ends)} lines "
            f"'{REGION_END}'. Give each once and in this order, or leave both out."
        )
    before = _trimmed(text[: starts[0]])
    after = _trimmed(text[ends[0] + 1 :])
    frozen_before, frozen_after = _frozen(program)
    if before != frozen_before[len(frozen_before) - len(before) :]:
        raise _frozen_changed("before", before, frozen_before)
    if after != frozen_after[: len(after)]:
        raise _frozen_changed("after", after, frozen_after)
    return tuple(text[starts[0] + 1 : ends[0]])


def _frozen(program: RegionLines) -> tuple[list[str], list[str]]:
    """Return the frozen text before and after the region, marker lines and blank ends left out."""
    return _trimmed(program.before[:-1]), _trimmed(program.after[1:])


def _blank_at_start(lines: Sequence[str]) -> int:
    return next((i for i, line in enumerate(lines) if line.strip()), len(lines))


def _less_blank(lines: Sequence[str], most: int) -> Lines:
    """Return the lines less the blank ones at their start, of which at most `most` go."""
    return tuple(lines[min(most, _blank_at_start(lines)) :])


def _trimmed(lines: Sequence[str]) -> list[str]:
    keys = _keys(lines)
    held = [i for i, key in enumerate(keys) if key]
    return keys[held[0] : held[-1] + 1] if held else []


def _frozen_changed(side: str, given: Sequence[str], frozen: Sequence[str]) -> ReplyError:
    known = set(frozen)
    line = next((line for line in given if line not in known), given[0])
    return ReplyError(
        f"The code block gives other text {side} the evolve region than the program has, such as "
        f"{shown(line)}. That text is frozen: leave it out, or give it back as it is."
    )


def _without_frozen(program: RegionLines, text: Sequence[str]) -> Lines:
    """Return a text without marker lines, less the frozen text around if all of it is repeated."""
    before, after = _frozen(program)
    keys = _keys(text)
    start = next((i for i, key in enumerate(keys) if key), 0)
    if before and keys[start : start + len(before)] == before:
        inner = _less_blank(text[start + len(before) :], _blank_at_start(program.before[-2::-1]))
        if not after:
            return inner
        if _trimmed(inner)[-len(after) :] == after:
            stop = max(i for i, line in enumerate(inner) if line.strip()) + 1
            rest = inner[stop - len(after) - 1 :: -1] if stop > len(after) else ()
            return _less_blank(rest, _blank_at_start(program.after[1:]))[::-1]
        raise ReplyError(
            "The code block repeats the frozen text before the evolve region, but not that after "
            "it. Give the region alone, or with its two marker lines."
        )
    own = {line.strip() for line in program.body}
    for line in (*before, *after):
        head = line.strip()
        if head.startswith(_DEFINITIONS) and head not in own and head in map(str.strip, keys):
            raise ReplyError(
                f"The code block has no marker lines but repeats {shown(head)}, which is frozen "
                "text outside the evolve region. Give the region alone, or with its two marker "
                "lines."
            )
    return tuple(text)
