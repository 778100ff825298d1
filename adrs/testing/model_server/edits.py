"""A change of a region as SEARCH/REPLACE blocks that match in exactly one place."""

import difflib
from collections.abc import Sequence
from dataclasses import dataclass

from adrs.core.program import EvolveRegion

_CONTEXTS = (0, 1, 2, 3, 5, 8, 13, 21, 34)
_MARKS = ("<<<<<<<", "=======", ">>>>>>>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One edit: these lines become those; both are whole lines with their ends."""

    search: str
    replace: str

    def __str__(self) -> str:
        return f"<<<<<<< SEARCH\n{self.search}=======\n{self.replace}>>>>>>> REPLACE\n"


def edit_blocks(before: EvolveRegion, body: str) -> tuple[Block, ...]:
    """Return the edits that turn `before` into the same text with another body.

    Applied in order, the search text of each is found exactly once in the whole text as it then
    is; unchanged lines are shown around a change only as far as that takes.
    """
    old, new = _lines(before.body), _lines(body)
    for context in _CONTEXTS:
        # A matcher trims its own changes when it groups them: each grouping needs a new one.
        matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
        blocks = [
            Block(
                search="".join(old[group[0][1] : group[-1][2]]),
                replace="".join(new[group[0][3] : group[-1][4]]),
            )
            for group in matcher.get_grouped_opcodes(context)
        ]
        if applied(before, blocks) == before.with_body(body):
            return tuple(blocks)
    return (Block(search=before.body, replace=body),)


def can_be_shown(before: EvolveRegion, body: str) -> bool:
    """Return whether the change can be written as blocks: no line looks like a block's mark."""
    return not any(line.startswith(_MARKS) for line in _lines(before.body + body))


def applied(before: EvolveRegion, blocks: Sequence[Block]) -> str | None:
    """Apply the edits in order; None when one is not found in exactly one place."""
    text = before.with_body(before.body)
    for block in blocks:
        if occurrences(text, block.search) != 1:
            return None
        text = text.replace(block.search, block.replace)
    return text


def occurrences(text: str, search: str) -> int:
    """Count the places where `search` begins in `text`, overlapping ones too; 0 if it is empty."""
    count, at = 0, text.find(search) if search else -1
    while at >= 0:
        count += 1
        at = text.find(search, at + 1)
    return count


def _lines(text: str) -> list[str]:
    return [line + "\n" for line in text.removesuffix("\n").split("\n")] if text else []
