"""The best so far on train: a line for each search, or a plot where there is room for one."""

from collections.abc import Mapping

from rich.text import Text

from adrs.core.objective import Objective
from adrs.core.trial import Arm
from adrs.report.format import clean, format_value
from adrs.report.layout import CAUTION, CHAMPION, CONTEXT, STRONG
from adrs.report.live.lines import LABEL_WIDTH
from adrs.report.live.tally import ArmProgress, Tally
from adrs.report.run.curve import Curve
from adrs.report.run.curveplot import best_line, curve_plot

WIDEST_CURVE, NARROWEST_CURVE = 30, 10
BESIDE_CURVE = 50
WIDEST_PLOT, BESIDE_PLOT = 100, 20
PLOT_HEIGHT = 34  # of the terminal, from which on a plot leaves room for all the rest


def best_lines(tally: Tally, objective: Objective, width: int, height: int) -> list[Text]:
    """Return the best so far of the search and, once it runs, of the control below it."""
    arms = {
        arm: progress
        for arm, progress in tally.arms.items()
        if progress.curve.points and (progress.trials or arm is Arm.SEARCH)
    }
    if not arms:
        return [Text("best so far  none yet", style=CONTEXT)]
    moved = len({point.best for p in arms.values() for point in p.curve.points}) > 1
    room = height >= PLOT_HEIGHT and width >= BESIDE_PLOT + NARROWEST_CURVE
    lines = (_plot if room and moved else _rows)(arms, objective, width)
    if tally.reference is not None:
        shown = format_value(tally.reference, objective.unit)
        lines[0].append(f"  ({clean(tally.reference_title)} {shown})", style=CONTEXT)
    return lines


def _plot(arms: Mapping[Arm, ArmProgress], objective: Objective, width: int) -> list[Text]:
    curves = [
        Curve(
            arm=arm,
            evaluations=progress.evaluations,
            improvements=0,
            points=progress.curve.points,
            headroom=None,
        )
        for arm, progress in arms.items()
    ]
    cells = min(width - BESIDE_PLOT, WIDEST_PLOT)
    return [*curve_plot(curves, objective, cells), Text()]


def _rows(arms: Mapping[Arm, ArmProgress], objective: Objective, width: int) -> list[Text]:
    ends = [point.best for progress in arms.values() for point in progress.curve.points]
    scale = sorted(ends, key=objective.fitness)
    horizon = max(progress.evaluations for progress in arms.values())
    cells = min(max(width - BESIDE_CURVE, NARROWEST_CURVE), WIDEST_CURVE)
    lines = []
    for arm, progress in arms.items():
        drawn = best_line(progress.curve.points, cells, horizon, scale)
        value = format_value(progress.curve.points[-1].best, objective.unit)
        lines.append(_row(arm, drawn, value))
    return lines


def _row(arm: Arm, drawn: str, value: str) -> Text:
    if arm is Arm.CONTROL:
        return Text(f"{'control':<{LABEL_WIDTH}}{drawn}  {value}", style=CAUTION)
    label = ("best".ljust(LABEL_WIDTH), CONTEXT)
    return Text.assemble(label, (drawn, CHAMPION), (f"  {value}", STRONG))
