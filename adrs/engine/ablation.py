"""A champion without each of its changes, one at a time: what they are worth is then assessed."""

import difflib
from collections.abc import Sequence

from adrs.core.program import UNPARSABLE, normalised, parsed

MOST_CHANGES = 12  # the nearest of more are taken back together

_Opcode = tuple[str, int, int, int, int]  # as difflib gives them: initial's lines, champion's lines


def one_change_reverted(initial: str, champion: str) -> tuple[str, ...]:
    """Return the champion's text once per change, each time with that change taken back.

    Texts are compared without comments, docstrings and layout, line by line. A change whose
    reversal alone leaves no text that parses goes together with the next one. The changes of a
    champion that was written anew are few and large: the one of a whole rewrite is the rewrite.
    """
    old, new = normalised(initial).split("\n"), normalised(champion).split("\n")
    opcodes = difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    groups: list[list[_Opcode]] = [[opcode] for opcode in opcodes if opcode[0] != "equal"]
    while len(groups) > MOST_CHANGES:
        gaps = [groups[n + 1][0][3] - groups[n][-1][4] for n in range(len(groups) - 1)]
        _merge(groups, gaps.index(min(gaps)))
    number = 0
    while number < len(groups):
        if len(groups) == 1 or _parses(_without(groups[number], old, new)):
            number += 1
        else:
            number = min(number, len(groups) - 2)
            _merge(groups, number)
    return tuple(_without(group, old, new) for group in groups)


def _merge(groups: list[list[_Opcode]], number: int) -> None:
    groups[number : number + 2] = [groups[number] + groups[number + 1]]


def _without(group: Sequence[_Opcode], old: Sequence[str], new: Sequence[str]) -> str:
    lines: list[str] = []
    done = 0
    for _, old_start, old_end, new_start, new_end in group:
        lines += [*new[done:new_start], *old[old_start:old_end]]
        done = new_end
    return "\n".join([*lines, *new[done:]]) + "\n"


def _parses(text: str) -> bool:
    try:
        parsed(text)
    except UNPARSABLE:
        return False
    return True
