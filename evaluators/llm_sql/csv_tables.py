"""Tables of one's own, from CSV files.

The format is what spreadsheets and `pandas.DataFrame.to_csv` write (RFC 4180): UTF-8, with or
without a byte order mark; a comma between fields; a line of column names first; fields that hold
commas, quotes or line ends in double quotes, quotes in them doubled. Blank lines are passed over.
Texts are taken as they stand, numbers too; an empty field is a text without tokens.
"""

import csv
import io
import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from adrs.core.scenario import Split
from adrs.errors import ProblemError
from adrs.evaluation.parts import part
from adrs.simulation.streams import stream

LEAST_ROWS = 10
_LARGEST_FIELD = 2**30
_END = "\x1eend of table\x1e"  # a row of its own, but for an open quote before it


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CsvTable:
    """The rows of a file.

    Attributes:
        names: column names.
        rows: the texts of each row, as many as there are names.
    """

    names: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def block(self, split: Split, count: int, seed: int) -> list[tuple[str, ...]]:
        """Return consecutive rows at a random place of the split's part of the file, by column.

        No row is in the parts of two splits. A part that has fewer than `count` rows is returned
        whole.
        """
        first, last = part(split, len(self.rows))
        size = min(count, last - first)
        start = first + int(stream(seed, "csv block").integers(last - first - size + 1))
        return list(zip(*self.rows[start : start + size], strict=True))


def read_csv(path: Path) -> CsvTable:
    """Read a whole file.

    Raises:
        ProblemError: it cannot be read, is not such a file, or has fewer than `LEAST_ROWS` rows;
            the text names the file, and the line where there is one.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as exc:
        raise ProblemError(f"table {path}: cannot be read: {exc.strerror}.") from exc
    except UnicodeDecodeError as exc:
        raise ProblemError(
            f"table {path}: byte {exc.start} is not UTF-8 ({exc.reason}). Convert the file."
        ) from exc
    with _long_fields():
        names, rows = _parsed(text, path)
    if len(rows) < LEAST_ROWS:
        raise ProblemError(
            f"table {path}: {len(rows)} rows below the column names, at least {LEAST_ROWS} are "
            "needed, as the splits share them out."
        )
    return CsvTable(names=names, rows=tuple(rows))


def _parsed(text: str, path: Path) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    reader = csv.reader(itertools.chain(io.StringIO(text, newline=""), [_END]))
    names: tuple[str, ...] = ()
    rows: list[tuple[str, ...]] = []
    begins = 1
    try:
        for row in reader:
            if row == [_END]:
                break
            if row and row[-1].endswith(_END):
                raise ProblemError(f"table {path}: line {begins}: a quoted field never ends.")
            if names and row:
                rows.append(_checked(row, names, f"table {path}: line {begins}"))
            names = names or tuple(row)
            begins = reader.line_num + 1
    except csv.Error as exc:
        raise ProblemError(f"table {path}: line {reader.line_num}: {exc}.") from exc
    if not names:
        raise ProblemError(f"table {path}: empty; expected a line of column names, then rows.")
    return names, rows


def _checked(row: list[str], names: tuple[str, ...], where: str) -> tuple[str, ...]:
    if len(row) == len(names):
        return tuple(row)
    raise ProblemError(
        f"{where}: {len(row)} fields, expected {len(names)} as in the line of column names."
    )


@contextmanager
def _long_fields() -> Iterator[None]:
    """Let fields be longer than the csv module's 128 KiB; the limit is the whole process's."""
    before = csv.field_size_limit(_LARGEST_FIELD)
    try:
        yield
    finally:
        csv.field_size_limit(before)
