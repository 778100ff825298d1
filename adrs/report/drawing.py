"""Pictures of a few lines of text: steps over evaluations, and bars above and below zero."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from rich.text import Text

from adrs.report.layout import CHAMPION, CONTEXT, LEVELS, WORSE

HEIGHT = 6  # lines
BROADEST_BAR = 3
_EIGHTHS = " " + LEVELS
_HALVES = " ▀█"


@dataclass(frozen=True, slots=True, kw_only=True)
class Strokes:
    """The characters of a line: along, up and down, and round its corners.

    Attributes:
        along: where it stays on its level.
        across: between two levels.
        rise: where it leaves the lower level, and where it reaches the upper one.
        fall: where it leaves the upper level, and where it reaches the lower one.
    """

    along: str
    across: str
    rise: tuple[str, str]
    fall: tuple[str, str]


HEAVY = Strokes(along="━", across="┃", rise=("┛", "┏"), fall=("┓", "┗"))
LIGHT = Strokes(along="─", across="│", rise=("╯", "╭"), fall=("╮", "╰"))


@dataclass(frozen=True, slots=True, kw_only=True)
class StepLine:
    """A line of a step plot: one value a column, from the left; it may end before the right."""

    values: Sequence[float]
    strokes: Strokes
    style: str


def step_plot(
    lines: Sequence[StepLine], *, width: int, height: int, low: float, high: float
) -> list[Text]:
    """Return `height` lines of `width` cells; where lines meet, the later one is seen.

    Args:
        lines: what to draw.
        width: number of columns; values beyond are left out.
        height: number of rows.
        low: value of the bottom row.
        high: value of the top row.
    """
    grid = [[(" ", "")] * width for _ in range(height)]
    for line in lines:
        before: int | None = None
        for column, value in enumerate(line.values[:width]):
            row = _row(value, height, low, high)
            for reached, stroke in _column(before, row, line.strokes):
                grid[reached][column] = (stroke, line.style)
            before = row
    return [_joined(row) for row in grid]


def _joined(row: Sequence[tuple[str, str]]) -> Text:
    """Return cells as text, neighbours of one style together: a span a cell is slow to draw."""
    runs = groupby(row, key=lambda cell: cell[1])
    return Text.assemble(*(("".join(stroke for stroke, _ in run), style) for style, run in runs))


def _row(value: float, height: int, low: float, high: float) -> int:
    share = (value - low) / (high - low) if high > low else 0.0
    return round((1.0 - min(max(share, 0.0), 1.0)) * (height - 1))


def _column(before: int | None, row: int, strokes: Strokes) -> list[tuple[int, str]]:
    """Return the strokes of one column, by row."""
    if before is None or before == row:
        return [(row, strokes.along)]
    leaves, reaches = strokes.rise if row < before else strokes.fall
    between = range(min(row, before) + 1, max(row, before))
    return [(before, leaves), (row, reaches), *((each, strokes.across) for each in between)]


def spread_out(values: Sequence[float], width: int) -> list[float]:
    """Return the values over at most `width` columns, first and last included.

    Few values are given up to three columns each.
    """
    count = len(values)
    if count <= width:
        columns = min(width // count, BROADEST_BAR) if count else 0
        return [value for value in values for _ in range(columns)]
    return [values[round(n * (count - 1) / (width - 1))] for n in range(width)]


def signed_bars(values: Sequence[float], height: int) -> list[Text]:
    """Return one bar a value: up and green above zero, down and red below it.

    Both ways have the same scale, as near as whole rows allow. What is not zero is seen.
    """
    up = max(0.0, *values) if values else 0.0
    down = max(0.0, *(-value for value in values)) if values else 0.0
    if not up and not down:
        return []
    above = round(height * up / (up + down))
    above = min(max(above, 1 if up else 0), height - (1 if down else 0))
    rises = [_filled(value, up, above * 8) for value in values]
    falls = [_filled(-value, down, (height - above) * 2) for value in values]
    lines = []
    for row in range(above):
        floor = (above - 1 - row) * 8
        cells = "".join(_EIGHTHS[min(max(rise - floor, 0), 8)] for rise in rises)
        lines.append(Text(cells, style=CHAMPION))
    for row in range(height - above):
        cells = "".join(_HALVES[min(max(fall - row * 2, 0), 2)] for fall in falls)
        lines.append(Text(cells, style=WORSE))
    return lines


def _filled(value: float, largest: float, steps: int) -> int:
    return max(round(value / largest * steps), 1) if value > 0 else 0


def labelled(drawn: Sequence[Text], top: str, bottom: str) -> list[Text]:
    """Return the lines of a plot with what its top and its bottom stand for at the left."""
    room = max(len(top), len(bottom))
    names = [top, *[""] * (len(drawn) - 2), bottom] if len(drawn) > 1 else [top or bottom]
    return [
        Text.assemble((f"{name:>{room}} ", CONTEXT), line)
        for name, line in zip(names, drawn, strict=True)
    ]
