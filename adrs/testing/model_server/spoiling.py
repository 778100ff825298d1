"""Answers that are wrong in a chosen way."""

import re
import string
from collections.abc import Callable, Mapping
from dataclasses import replace

from adrs.proposers.mutator.dice import Dice
from adrs.testing.model_server.edits import Block, edit_blocks, occurrences
from adrs.testing.model_server.faults import Fault
from adrs.testing.model_server.writing import Change, fenced, told, told_blocks

OVERSIZE = 1_000_000  # characters of the text that an oversized answer carries
_FILLER = (
    "# one more remark about this rule, in case it is of use to anybody who reads it later on\n"
)
_JUNK = (
    string.ascii_letters
    + string.digits
    + " \t`~|<>=#*_\\/()[]{}'\"\x00\x07\x1b\u202e\ufeffé漢\ud83d"
)
_PLAIN_STATEMENT = re.compile(r"import |from |[A-Za-z_]\w* = ")
_FRAGMENTS = ("IDEA:", "```python", "<<<<<<< SEARCH", "=======", ">>>>>>> REPLACE", "```", "")


def spoiled(fault: Fault, change: Change, dice: Dice) -> str:
    """Return what an answer becomes under a fault of its text; other faults leave it as it is."""
    spoil = _SPOILERS.get(fault)
    return told(change) if spoil is None else spoil(change, dice)


def garbage(dice: Dice) -> str:
    """Return text without sense: no part of it that begins at a line's start is a program.

    It has control characters, half a surrogate pair, and fragments of the formats.
    """
    lines: list[str] = []
    for _ in range(3 + dice.below(30)):
        junk = "".join(dice.pick(_JUNK) for _ in range(dice.below(80)))
        lines += [dice.pick(_FRAGMENTS), ")] " + junk]
    return "\n".join(line for line in lines if line)


def _garbage(_change: Change, dice: Dice) -> str:
    return garbage(dice)


def _cut_off(change: Change, dice: Dice) -> str:
    """Return a part that ends before the answer's last line."""
    text = told(change)
    last = text.rstrip("\n").rfind("\n")
    return text[: 1 + dice.below(max(last, 1))]


def _prose(change: Change, _dice: Dice) -> str:
    return (
        f"The policy could be improved. My idea is this: {change.idea}. It should be tried on the "
        "scenarios where the policy does worst, and its constants tuned with care.\n"
    )


def _ambiguous(change: Change, _dice: Dice) -> str:
    """Search for a line that is there more than once; else for nothing, which is everywhere."""
    body = change.before.body
    lines = [line + "\n" for line in body.split("\n") if line.strip()]
    search = next((line for line in lines if occurrences("\n" + body, "\n" + line) > 1), "")
    return _with_blocks(change, Block(search=search, replace=2 * search or "pass\n"))


def _missing(change: Change, _dice: Dice) -> str:
    """Search for a line that is nearly one of the region's."""
    before = change.before
    line = _first_line(before.body).rstrip()
    while occurrences(before.with_body(before.body), line + "\n"):
        line += "  # as before"
    return _with_blocks(change, Block(search=line + "\n", replace=_first_line(change.body)))


def _frozen(change: Change, _dice: Dice) -> str:
    """Edit the region rightly, and the text outside it as well."""
    whole = change.before.with_body(change.before.body)
    frozen = (change.before.head + change.before.tail).split("\n")
    once = [line for line in frozen if line.strip() and occurrences(whole, line + "\n") == 1]
    plain = [line for line in once if _PLAIN_STATEMENT.match(line)]
    if plain:
        outside = Block(search=plain[0] + "\n", replace=f"TUNED = True\n{plain[0]}\n")
    else:
        outside = Block(search=once[0] + "\n", replace=once[0].rstrip() + "  # tuned\n")
    return _with_blocks(change, *edit_blocks(change.before, change.body), outside)


def _oversized(change: Change, _dice: Dice) -> str:
    """Make the program itself as large."""
    indent = re.match(r"[ \t]*", _first_line(change.body))
    line = (indent[0] if indent else "") + _FILLER
    body = change.body if change.body.endswith("\n") else change.body + "\n"
    return told(replace(change, body=body + line * (1 + OVERSIZE // len(line))))


def _thinking(change: Change, _dice: Dice) -> str:
    """Think aloud, with a draft that must not be taken for the answer."""
    line = _first_line(change.before.body)
    draft = Block(search=line, replace=line.rstrip() + " +\n")
    return (
        "<think>\nFirst the worst scenarios. A draft:\n"
        f"{told_blocks(draft)}No, that does not compile. Or from nothing:\n"
        f"{fenced('raise NotImplementedError')}No. Better keep to one small change.\n</think>\n\n"
        f"{told(change)}"
    )


def _first_line(body: str) -> str:
    return next((line for line in body.split("\n") if line.strip()), "") + "\n"


def _with_blocks(change: Change, *blocks: Block) -> str:
    return f"IDEA: {change.idea}\n{told_blocks(*blocks)}"


_SPOILERS: Mapping[Fault, Callable[[Change, Dice], str]] = {
    Fault.GARBAGE: _garbage,
    Fault.CUT_OFF: _cut_off,
    Fault.PROSE: _prose,
    Fault.AMBIGUOUS_SEARCH: _ambiguous,
    Fault.MISSING_SEARCH: _missing,
    Fault.FROZEN_EDIT: _frozen,
    Fault.OVERSIZED: _oversized,
    Fault.THINKING: _thinking,
}
