"""The best-so-far curves of several runs on one plot, each marked by its letter."""

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.text import Text

from adrs.core.objective import Objective
from adrs.report.drawing import LIGHT, StepLine, step_plot
from adrs.report.format import decimals_for, format_count, format_number
from adrs.report.layout import CONTEXT, STRONG
from adrs.report.run.curve import CurvePoint
from adrs.report.run.curveplot import stepped

COLOURS = ("green", "yellow", "cyan", "magenta", "red")  # blue cannot be seen on black
EVERY = 14  # columns from one letter of a curve to the next
NARROWEST = 16
AXIS = "│"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunCurve:
    """A curve to draw: the letter that marks it, and its points, at least one."""

    letter: str
    points: tuple[CurvePoint, ...]


def style_of(letter: str) -> str:
    """Return the colour of the curve that a letter marks; beyond the fifth they come again."""
    return COLOURS[(ord(letter) - ord("A")) % len(COLOURS)]


def runs_plot(
    curves: Sequence[RunCurve], objective: Objective, *, width: int, height: int
) -> list[Text]:
    """Return the lines of a plot: raw scores upwards as they get better, evaluations to the right.

    Letters stand on the curves at intervals and at their right ends, so that they are told apart
    without colour. Where curves lie on each other the last is seen, with the letters of all.

    Args:
        curves: what to draw; at least one.
        objective: the raw metric.
        width: cells of the whole, labels included.
        height: lines of the whole, the lower axis and its labels included.
    """
    ends = [point.best for curve in curves for point in curve.points]
    worst, best = sorted((min(ends), max(ends)), key=objective.fitness)
    rows = max(height - 2, 2)
    labels = _labels(worst, best, rows)
    margin = max(cell_len(label) for label in labels)
    columns = max(width - margin - 2, NARROWEST)
    horizon = max(curve.points[-1].evaluations for curve in curves)
    low, high = sorted((objective.fitness(worst), objective.fitness(best)))
    drawn = [
        StepLine(
            values=[objective.fitness(v) for v in _columns(curve.points, columns, horizon)],
            strokes=LIGHT,
            style=style_of(curve.letter),
        )
        for curve in curves
    ]
    lines = step_plot(drawn, width=columns, height=rows, low=low, high=high)
    for number, (curve, line) in enumerate(zip(curves, drawn, strict=True)):
        _mark(lines, curve.letter, line, shift=number * EVERY // len(curves), span=(low, high))
    framed = [
        Text.assemble((f"{label:>{margin}} {AXIS}", CONTEXT), line)
        for label, line in zip(labels, lines, strict=True)
    ]
    return [*framed, *_lower_axis(margin, columns, horizon)]


def _columns(points: Sequence[CurvePoint], columns: int, horizon: int) -> list[float]:
    """Return the best so far of every column up to where the curve ends."""
    if horizon <= 0:
        return [points[-1].best] * columns
    values = stepped(points, columns, horizon)
    spread = min(columns, horizon)  # of so many values, fewer than columns in a short run
    reach = max(round(len(values) * columns / spread), 1)
    return [values[min(cell * spread // columns, len(values) - 1)] for cell in range(reach)]


def _mark(
    lines: Sequence[Text], letter: str, line: StepLine, *, shift: int, span: tuple[float, float]
) -> None:
    """Put a curve's letter on the plot at intervals, and at its right end."""
    low, high = span
    last = len(line.values) - 1
    for column, value in enumerate(line.values):
        due = (column - shift) % EVERY == EVERY // 2 and last - column > EVERY // 3
        if column != last and not due:
            continue
        share = (value - low) / (high - low) if high > low else 0.0
        row = lines[round((1.0 - share) * (len(lines) - 1))]
        row.plain = row.plain[:column] + letter + row.plain[column + 1 :]
        row.stylize(f"{STRONG} {line.style}", column, column + 1)


def _labels(worst: float, best: float, rows: int) -> list[str]:
    """Return the labels of the rows: of both ends, and of the middle where it is a row's."""
    places = {rows - 1: worst}
    if best != worst:
        places[0] = best
        if rows % 2:
            places[rows // 2] = (best + worst) / 2
    decimals = decimals_for(places.values())
    return [format_number(places[row], decimals) if row in places else "" for row in range(rows)]


def _lower_axis(margin: int, columns: int, horizon: int) -> list[Text]:
    right = f"{format_count(horizon)} evaluations"
    gap = max(columns - cell_len(right) - 1, 1)
    return [
        Text(f"{' ' * margin} ╰{'─' * columns}", style=CONTEXT),
        Text(f"{' ' * (margin + 2)}0{' ' * gap}{right}", style=CONTEXT),
    ]
