"""Lines for a terminal: columns that never wrap, bars, sparklines, and what colours mean."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from rich.cells import cell_len, chop_cells
from rich.console import Console
from rich.text import Text

from adrs.report.format import clean

CHAMPION = "green"
CAUTION = "yellow"
WORSE = "red"
CONTEXT = "dim"
STRONG = "bold"

EIGHTHS = "▏▎▍▌▋▊▉█"
LEVELS = "▁▂▃▄▅▆▇█"
GAP = 2
NARROWEST = 24  # what a column that may be cut is given before others are left out
FEWEST = 4  # what it is left with at the least

_WITHIN_FIGURE = re.compile(r"(?<=\d) (?=%|\[)|(?<=%) (?=\[)|(?<=\d,) (?=[\d−]+)")
_ASCII = str.maketrans(
    {"−": "-", "–": "-", "—": "-", "·": "|", "…": "~", "×": "x", "─": "-", "━": "=", "→": ">"}
    | {"█": "#", "▉": "#", "▊": "#", "▋": "#", "▌": "+", "▍": "+", "▎": "-", "▏": "-"}
    | {"▁": "_", "▂": "_", "▃": ".", "▄": "-", "▅": "=", "▆": "+", "▇": "*"}
    | {"✓": "+", "✗": "x", "▸": ">", "▀": "'"}
    | dict.fromkeys("┃│", "|")
    | dict.fromkeys("┏┓┗┛╭╮╰╯", "+")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of a table.

    Attributes:
        title: its heading.
        cells: one text a row.
        right: whether it is aligned to the right.
        shrink: whether it may be cut with an ellipsis when the table is too wide.
        drop: columns with a larger number are left out first; 0 is always kept.
    """

    title: str
    cells: tuple[Text, ...]
    right: bool = False
    shrink: bool = False
    drop: int = 0

    @property
    def width(self) -> int:
        """Cells of the widest entry, the heading included."""
        return max([cell_len(self.title), *(cell.cell_len for cell in self.cells)])

    @property
    def least(self) -> int:
        """Cells it can do with."""
        return min(self.width, NARROWEST) if self.shrink else self.width


def column(
    title: str,
    cells: Sequence[str],
    *,
    style: str = "",
    right: bool = False,
    shrink: bool = False,
    drop: int = 0,
) -> Column:
    """Return a column of plain texts, cleaned, all in one style; see `Column` for the rest."""
    shown = tuple(Text(clean(cell), style=style) for cell in cells)
    return Column(title=title, cells=shown, right=right, shrink=shrink, drop=drop)


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Columns side by side; `rules` are the numbers of rows above which a line is drawn."""

    columns: tuple[Column, ...]
    indent: int = 1
    rules: tuple[int, ...] = field(default=(0,))

    def lines(self, width: int) -> list[Text]:
        """Return heading, rules and rows, none wider than `width`, no cell broken over lines."""
        columns = self._kept(width)
        widths = _fitted(columns, width - self.indent)
        heading = [
            _aligned(Text(column.title, style=CONTEXT), room, right=column.right)
            for column, room in zip(columns, widths, strict=True)
        ]
        total = sum(widths) + GAP * (len(widths) - 1)
        rule = Text(" " * self.indent + "─" * min(total, width - self.indent), style=CONTEXT)
        lines = [self._joined(heading)] if any(column.title for column in columns) else []
        for row in range(len(columns[0].cells)):
            if row in self.rules and lines:
                lines.append(rule)
            cells = [
                _aligned(column.cells[row], room, right=column.right)
                for column, room in zip(columns, widths, strict=True)
            ]
            lines.append(self._joined(cells))
        return lines

    def left_out(self, width: int) -> list[str]:
        """Return the titles of the columns for which `width` has no room."""
        kept = [id(column) for column in self._kept(width)]
        return [column.title for column in self.columns if id(column) not in kept]

    @property
    def least(self) -> int:
        """Cells it can do with, no column left out."""
        return _least(self.columns) + self.indent

    def _kept(self, width: int) -> list[Column]:
        columns = list(self.columns)
        while _least(columns) + self.indent > width:
            optional = [column for column in columns if column.drop]
            if not optional:
                break
            columns.remove(max(optional, key=lambda column: column.drop))
        return columns

    def _joined(self, cells: Sequence[Text]) -> Text:
        line = Text(" " * self.indent)
        for number, cell in enumerate(cells):
            line.append(" " * GAP if number else "")
            line.append_text(cell)
        line.rstrip()
        return line


def _least(columns: Sequence[Column]) -> int:
    return sum(column.least for column in columns) + GAP * (len(columns) - 1)


def _fitted(columns: Sequence[Column], width: int) -> list[int]:
    """Return the columns' widths; where they are too wide, the widest that may be cut is cut."""
    widths = [column.width for column in columns]
    excess = sum(widths) + GAP * (len(widths) - 1) - width
    cuttable = [number for number, column in enumerate(columns) if column.shrink]
    while excess > 0 and cuttable:
        widest = max(cuttable, key=lambda number: widths[number])
        if widths[widest] <= FEWEST:
            break
        widths[widest] -= 1
        excess -= 1
    return widths


def _aligned(cell: Text, width: int, *, right: bool) -> Text:
    shown = cell.copy()
    shown.truncate(width, overflow="ellipsis")
    padding = width - shown.cell_len
    if padding <= 0:
        return shown
    if right:
        return Text(" " * padding).append_text(shown)
    shown.append(" " * padding)
    return shown


def bar(share: float, width: int) -> str:
    """Return a bar of block characters for a share in 0..1, exact to an eighth of a cell."""
    eighths = round(min(max(share, 0.0), 1.0) * width * 8)
    whole, rest = divmod(eighths, 8)
    return "█" * whole + (EIGHTHS[rest - 1] if rest else "")


def resampled(values: Sequence[float], width: int) -> list[float]:
    """Return `width` of the values, evenly spaced, the last one included."""
    if len(values) <= width:
        return list(values)
    last = len(values) - 1
    return [values[(number + 1) * last // width] for number in range(width)]


def sparkline(values: Sequence[float], width: int, *, low: float, high: float) -> str:
    """Return the values as at most `width` small bars, `low` the lowest and `high` the highest."""
    room = high - low
    if room <= 0:
        return LEVELS[0] * min(len(values), width)
    top = len(LEVELS) - 1
    shares = (min(max((value - low) / room, 0.0), 1.0) for value in resampled(values, width))
    return "".join(LEVELS[round(share * top)] for share in shares)


def beside(blocks: Sequence[Sequence[Text]], widths: Sequence[int]) -> list[Text]:
    """Return blocks of lines side by side, each cut to its width."""
    height = max(len(block) for block in blocks)
    lines = []
    for row in range(height):
        line = Text()
        for block, width in zip(blocks, widths, strict=True):
            cell = block[row] if row < len(block) else Text()
            line.append_text(_aligned(cell, width, right=False))
        line.rstrip()
        lines.append(line)
    return lines


def broken(text: str, width: int) -> list[str]:
    """Return a text as lines of at most `width` cells, broken at spaces, else within a word.

    A no-break space is no space. There is at least one line, which may be empty.
    """
    lines = [""]
    for word in text.split(" "):
        joined = f"{lines[-1]} {word}".lstrip(" ")
        if cell_len(joined) <= width:
            lines[-1] = joined
        elif cell_len(word) <= width:
            lines.append(word)
        else:
            pieces = (piece.strip(" ") for piece in chop_cells(joined, width))
            lines[-1:] = [piece for piece in pieces if piece]
    return lines


def emit(console: Console, lines: Iterable[Text]) -> None:
    """Print lines as they are: cut at the console's width, never wrapped, no markup read.

    Where colour is not wanted no style is printed at all; where the encoding lacks block
    characters, plain ones stand in.
    """
    for line in lines:
        console.print(
            fitted(line, console.width, console), no_wrap=True, crop=True, highlight=False
        )


def emit_prose(console: Console, text: str, *, style: str = "") -> None:
    """Print a sentence, broken between words at the console's width, never within a figure."""
    bound = _WITHIN_FIGURE.sub("\N{NO-BREAK SPACE}", clean(text))
    lines = broken(bound, console.width)
    emit(console, (Text(line.replace("\N{NO-BREAK SPACE}", " "), style=style) for line in lines))


def announce(console: Console, text: str, *, style: str = "") -> None:
    """Print a sentence: broken between words on a terminal, on one line where a log is kept."""
    (emit_prose if console.is_terminal else print_line)(console, text, style=style)


def print_line(console: Console, line: str, *, style: str = "") -> None:
    """Print one line of any length without a break, control characters taken out."""
    shown = suited(Text(clean(line), style=style), console)
    console.print(shown, soft_wrap=True, highlight=False)


def suited(line: Text, console: Console) -> Text:
    """Return a copy as the console can show it: unstyled without colour, ASCII without UTF-8."""
    shown = Text(line.plain) if console.no_color else line.copy()
    if console.options.ascii_only:
        plain = line.plain.translate(_ASCII).encode("ascii", "replace").decode("ascii")
        return Text(plain)
    return shown


def fitted(line: Text, width: int, console: Console) -> Text:
    """Return a copy as the console can show it, cut to a width with the ellipsis it can show."""
    cut = line.copy()
    cut.rstrip_end(width)
    cut.truncate(width, overflow="ellipsis")  # before `suited`: ASCII has no ellipsis
    return suited(cut, console)
