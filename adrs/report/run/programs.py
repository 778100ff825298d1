"""The table of programs: raw means by split, and the headroom each closes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rich.text import Text

from adrs.core.evaluation import Verdict
from adrs.core.objective import Objective
from adrs.core.scenario import Split
from adrs.report.format import (
    ABSENT,
    PREFIX_UNITS,
    better_way,
    decimals_for,
    format_change,
    format_headroom,
    format_number,
    format_value,
)
from adrs.report.layout import (
    CAUTION,
    CHAMPION,
    CONTEXT,
    STRONG,
    WORSE,
    Column,
    Table,
    bar,
)
from adrs.report.run.model import Estimate, ProgramRow, RowKind, RunSummary

SPLIT_HEADINGS = (
    (Split.TRAIN, "train"),
    (Split.VALIDATION, "validation"),
    (Split.HELDOUT, "held-out"),
    (Split.SHIFTED, "shifted"),
)
UNSCORED = "not scored"
WIDE_BAR = 12
SPARE = 2
_ROW_STYLES = {
    RowKind.CONTROL: CAUTION,
    RowKind.CHAMPION: f"{STRONG} {CHAMPION}",
    RowKind.BEST: STRONG,
    RowKind.BOUND: CONTEXT,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Fit:
    """One way to lay the table out.

    Attributes:
        bar: cells of a full headroom bar; 0 for none.
        left_out: splits without a column.
        extra: whether relative change and shifted headroom have columns too.
        interval: whether headroom shows its interval.
    """

    bar: int
    left_out: tuple[Split, ...] = ()
    extra: bool = False
    interval: bool = True


_FITS = (
    _Fit(bar=18, extra=True),
    _Fit(bar=18),
    _Fit(bar=12),
    _Fit(bar=8),
    _Fit(bar=8, left_out=(Split.TRAIN,)),
    _Fit(bar=0, left_out=(Split.TRAIN,)),
    _Fit(bar=0, left_out=(Split.TRAIN, Split.VALIDATION)),
    _Fit(bar=0, left_out=(Split.TRAIN, Split.VALIDATION), interval=False),
)


def program_lines(summary: RunSummary, width: int) -> list[Text]:
    """Return the table, in the richest form that `width` cells hold."""
    if not summary.rows:
        return []
    for fit in _FITS:
        table = _table(summary, fit)
        if table.least <= width:
            return table.lines(width)
    return _table(summary, _FITS[-1]).lines(width)


def _table(summary: RunSummary, fit: _Fit) -> Table:
    rows, objective = summary.rows, summary.setup.objective
    titles = _cells(rows, _title)
    columns = [Column(title=_heading(objective, titles, fit), cells=titles, shrink=True)]
    for split, title in SPLIT_HEADINGS:
        if split not in fit.left_out and any(row.result(split) for row in rows):
            columns.append(_value_column(summary, split, title))
        elif split.held_out and summary.integrity.heldout_refusal:
            cells = _cells(rows, lambda _: UNSCORED)
            columns.append(Column(title=title, cells=cells, right=True))
    columns.extend(_headroom_columns(summary, fit))
    bound_rows = [n for n, row in enumerate(rows) if row.kind is RowKind.BOUND]
    return Table(columns=tuple(columns), rules=(0, *bound_rows))


def _heading(objective: Objective, titles: Sequence[Text], fit: _Fit) -> str:
    """Return what the figures are; the unit too, unless every figure carries it."""
    suffix = "" if objective.unit in PREFIX_UNITS or not objective.unit else f", {objective.unit}"
    short = f"{objective.metric}{suffix}"
    whole = f"{short} ({better_way(objective)})"
    room = max(title.cell_len for title in titles) + SPARE
    return whole if fit.bar >= WIDE_BAR or len(whole) <= room else short


def _cells(rows: tuple[ProgramRow, ...], cell: Callable[[ProgramRow], str]) -> tuple[Text, ...]:
    return tuple(Text(cell(row), style=_ROW_STYLES.get(row.kind, "")) for row in rows)


def _title(row: ProgramRow) -> str:
    return f"{row.title} (initial)" if row.initial and row.kind is RowKind.BASELINE else row.title


def _value_column(summary: RunSummary, split: Split, title: str) -> Column:
    means = [row.mean(split) for row in summary.rows]
    decimals = decimals_for(mean for mean in means if mean is not None)
    unit = summary.setup.objective.unit
    cells = tuple(_value(row, split, unit, decimals) for row in summary.rows)
    return Column(title=title, cells=cells, right=True)


def _value(row: ProgramRow, split: Split, unit: str, decimals: int) -> Text:
    result = row.result(split)
    if result is None:
        return Text(ABSENT, style=CONTEXT)
    if result.mean is None:
        return Text(_failure_word(result.verdict), style=WORSE)
    style = _ROW_STYLES.get(row.kind, "")
    if unit in PREFIX_UNITS:
        return Text(format_value(result.mean, unit, decimals=decimals), style=style)
    return Text(format_number(result.mean, decimals), style=style)


def _failure_word(verdict: Verdict) -> str:
    return "above bound" if verdict is Verdict.IMPOSSIBLE else verdict.value


def _headroom_columns(summary: RunSummary, fit: _Fit) -> list[Column]:
    columns = []
    if _any_headroom(summary, Split.HELDOUT):
        columns.append(_headroom_column(summary, Split.HELDOUT, fit))
    if not fit.extra:
        return columns
    if _any_headroom(summary, Split.SHIFTED):
        columns.append(_headroom_column(summary, Split.SHIFTED, _Fit(bar=0)))
    if any(_change(row) is not None for row in summary.rows):
        cells = tuple(_change_cell(row) for row in summary.rows)
        title = f"held-out against {summary.setup.reference}"
        columns.append(Column(title=title, cells=cells, shrink=True))
    return columns


def _any_headroom(summary: RunSummary, split: Split) -> bool:
    results = (row.result(split) for row in summary.rows)
    return any(result is not None and result.headroom is not None for result in results)


def _headroom_column(summary: RunSummary, split: Split, fit: _Fit) -> Column:
    cells = tuple(_headroom_cell(row, split, fit) for row in summary.rows)
    word = "held-out" if split is Split.HELDOUT else "shifted"
    title = f"headroom closed, {word}" if fit.bar >= WIDE_BAR else "headroom"
    if split is Split.SHIFTED:
        title = "shifted"
    return Column(title=title, cells=cells)


def _headroom_cell(row: ProgramRow, split: Split, fit: _Fit) -> Text:
    style = _ROW_STYLES.get(row.kind, "")
    result = row.result(split)
    if result is None or result.mean is None:
        return Text()
    if row.kind is RowKind.BOUND:
        return Text(f"{bar(1.0, fit.bar)} 100 %".strip(), style=style)
    if result.headroom is None:
        return Text()
    found = row.kind in (RowKind.CONTROL, RowKind.BEST, RowKind.CHAMPION)
    return _share_cell(result.headroom, fit.bar, style, interval=found and fit.interval)


def _share_cell(headroom: Estimate, width: int, style: str, *, interval: bool) -> Text:
    low, high = (headroom.low, headroom.high) if interval else (None, None)
    shown = format_headroom(headroom.mean, low, high)
    if headroom.mean < 0:
        return Text(shown, style=style or CONTEXT)
    return Text(f"{bar(headroom.mean, width)} {shown}".strip(), style=style)


def _change(row: ProgramRow) -> Estimate | None:
    result = row.result(Split.HELDOUT)
    return None if result is None or row.kind is RowKind.BOUND else result.change


def _change_cell(row: ProgramRow) -> Text:
    change = _change(row)
    if change is None:
        return Text()
    shown = format_change(change.mean, change.low, change.high)
    return Text(shown, style=_ROW_STYLES.get(row.kind, ""))
