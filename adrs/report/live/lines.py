"""Lines of the live view: a label, and parts after it."""

from collections.abc import Sequence

from rich.cells import cell_len
from rich.text import Text

from adrs.report.layout import CONTEXT

LABEL_WIDTH = 11
GAP = "   "
MOST_LINES = 2


def listed(label: str, parts: Sequence[str], width: int, *, most: int = MOST_LINES) -> list[Text]:
    """Return parts after a label, on as many lines as they take, `most` at most.

    Where that leaves parts out, the last line says how many.
    """
    room = width - LABEL_WIDTH
    rows = _rows(parts, room)
    if len(rows) > most:
        rows = rows[:most]
        left_out = len(parts) - sum(map(len, rows))
        while len(rows[-1]) > 1 and cell_len(_shown(rows[-1], left_out)) > room:
            rows[-1].pop()
            left_out += 1
        rows[-1].append(_more(left_out))
    return [
        Text.assemble(((label if number == 0 else "").ljust(LABEL_WIDTH), CONTEXT), GAP.join(row))
        for number, row in enumerate(rows)
    ]


def _rows(parts: Sequence[str], room: int) -> list[list[str]]:
    rows: list[list[str]] = []
    for part in parts:
        if rows and cell_len(GAP.join([*rows[-1], part])) <= room:
            rows[-1].append(part)
        else:
            rows.append([part])
    return rows


def _shown(row: Sequence[str], left_out: int) -> str:
    return GAP.join([*row, _more(left_out)])


def _more(left_out: int) -> str:
    return f"+ {left_out} more"
