"""The best so far over the evaluations, drawn: a line for each search, or all in one plot."""

from collections.abc import Sequence

from rich.text import Text

from adrs.core.objective import Objective
from adrs.core.trial import Arm
from adrs.report.drawing import HEAVY, HEIGHT, LIGHT, StepLine, labelled, step_plot
from adrs.report.format import format_headroom, format_value, plural
from adrs.report.layout import CAUTION, CHAMPION, CONTEXT, sparkline
from adrs.report.run.curve import Curve, CurvePoint

ROUNDING = 1e-9


def stepped(points: Sequence[CurvePoint], width: int, horizon: int) -> list[float]:
    """Return the best so far at `width` evenly spaced numbers of evaluations up to `horizon`.

    A curve that ends before the horizon gives fewer values.
    """
    cells = min(width, max(horizon, 1))
    values: list[float] = []
    number = 0
    for cell in range(cells):
        until = (cell + 1) * horizon / cells
        if values and points[-1].evaluations <= until - horizon / cells:
            break
        while number + 1 < len(points) and points[number + 1].evaluations <= until:
            number += 1
        values.append(points[number].best)
    return values


def best_line(
    points: Sequence[CurvePoint], width: int, horizon: int, scale: Sequence[float]
) -> str:
    """Return best-so-far as a sparkline that rises as it gets better.

    Args:
        points: the curve.
        width: most cells.
        horizon: evaluations at the right end.
        scale: raw values that span the height, the worst first, the best last.
    """
    rising = 1.0 if scale[-1] >= scale[0] else -1.0
    values = [rising * value for value in stepped(points, width, horizon)]
    return sparkline(values, width, low=rising * scale[0], high=rising * scale[-1])


def curve_plot(curves: Sequence[Curve], objective: Objective, cells: int) -> list[Text]:
    """Return curves as a plot of `cells` columns below a heading, with their ends in words."""
    ends = [p.best for curve in curves for p in (curve.points[0], curve.points[-1])]
    scale = sorted(ends, key=objective.fitness)
    horizon = max(curve.evaluations for curve in curves)
    steps = [
        StepLine(
            values=[objective.fitness(v) for v in _columns(curve, cells, horizon)],
            strokes=LIGHT if curve.arm is Arm.CONTROL else HEAVY,
            style=CAUTION if curve.arm is Arm.CONTROL else CHAMPION,
        )
        for curve in reversed(curves)
    ]
    low, high = objective.fitness(scale[0]), objective.fitness(scale[-1])
    drawn = step_plot(steps, width=cells, height=HEIGHT, low=low, high=high)
    labels = [format_value(scale[-1], objective.unit), format_value(scale[0], objective.unit)]
    lines = [Text("best so far, on train", style=CONTEXT)]
    if high > low:
        lines.extend([*labelled(drawn, *labels), _axis(max(map(len, labels)), cells, horizon)])
    lines.extend(_legend(curve, objective) for curve in curves)
    return lines


def _columns(curve: Curve, cells: int, horizon: int) -> list[float]:
    """Return the best so far in every column, the first at 0 evaluations, the last at the horizon.

    A curve that ends before the horizon gives fewer values.
    """
    values: list[float] = []
    step = horizon / (cells - 1)
    number = 0
    for column in range(cells):
        until = column * step + ROUNDING
        if column and curve.points[-1].evaluations <= until - step:
            break
        while number + 1 < len(curve.points) and curve.points[number + 1].evaluations <= until:
            number += 1
        values.append(curve.points[number].best)
    return values


def _axis(indent: int, cells: int, horizon: int) -> Text:
    end = plural(horizon, "evaluation")
    return Text(f"{' ' * indent} 0{end:>{cells - 1}}", style=CONTEXT)


def _legend(curve: Curve, objective: Objective) -> Text:
    facts = format_value(curve.points[-1].best, objective.unit)
    if curve.headroom is not None:
        facts += f" {format_headroom(curve.headroom)}"
    if curve.arm is Arm.CONTROL:
        return Text(f"{LIGHT.along * 2} control {facts}", style=CAUTION)
    return Text.assemble((f"{HEAVY.along * 2} search ", CHAMPION), facts)
