"""The small pictures of a report: curves, where gains come from, wins and losses."""

from collections.abc import Sequence

from rich.text import Text

from adrs.core.objective import Objective
from adrs.core.trial import Arm
from adrs.report.format import clean, format_count, format_headroom, format_percent, format_value
from adrs.report.layout import (
    CAUTION,
    CHAMPION,
    CONTEXT,
    LEVELS,
    WORSE,
    bar,
    beside,
    sparkline,
)
from adrs.report.model import Curve, CurvePoint, Gain, RunSummary, ScenarioTally

ABREAST = 96
CURVE_WIDTHS = (18, 12)
BAR_WIDTH = 9
MOST_GAINS = 3
GUTTER = 3
LONGEST_NAME = 20


def panel_lines(summary: RunSummary, width: int) -> list[Text]:
    """Return the pictures, beside each other where there is room and below each other else."""
    for cells in CURVE_WIDTHS:
        blocks = _blocks(summary, cells)
        widths = [max(line.cell_len for line in block) + GUTTER for block in blocks]
        if width >= ABREAST and sum(widths) - GUTTER <= width:
            return beside(blocks, widths) if blocks else []
    return [line for block in _blocks(summary, CURVE_WIDTHS[0]) for line in block]


def _blocks(summary: RunSummary, cells: int) -> list[list[Text]]:
    blocks = (curve_block(summary, cells), gain_block(summary), scenario_block(summary))
    return [block for block in blocks if block]


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


def curve_block(summary: RunSummary, cells: int) -> list[Text]:
    """Return the best train score so far of the search, and of the control below it."""
    if not summary.curves:
        return []
    objective = summary.setup.objective
    ends = [p.best for curve in summary.curves for p in (curve.points[0], curve.points[-1])]
    scale = sorted(ends, key=objective.fitness)
    horizon = max(curve.evaluations for curve in summary.curves)
    lines = [Text("best so far, on train", style=CONTEXT)]
    lines.extend(_curve_line(c, cells, horizon, scale, objective) for c in summary.curves)
    return lines


def _curve_line(
    curve: Curve, cells: int, horizon: int, scale: Sequence[float], objective: Objective
) -> Text:
    drawn = best_line(curve.points, cells, horizon, scale).ljust(cells)
    control = curve.arm is Arm.CONTROL
    facts = format_value(curve.points[-1].best, objective.unit)
    if curve.headroom is not None:
        facts += f" {format_headroom(curve.headroom)}"
    if control:
        return Text(f"{drawn} {facts} control", style=CAUTION)
    return Text.assemble((drawn, CHAMPION), f" {facts}")


def gain_block(summary: RunSummary) -> list[Text]:
    """Return which kinds of change the gain on train came from."""
    gains = summary.changes or summary.operators
    if not gains:
        return []
    largest = gains[0].share
    lines = [Text("sources of the train gain", style=CONTEXT)]
    lines.extend(_gain_line(gain, largest) for gain in gains[:MOST_GAINS])
    rest = gains[MOST_GAINS:]
    if rest:
        share = sum(gain.share for gain in rest)
        word = f"{len(rest)} others"
        lines.append(_gain_line(Gain(name=word, improvements=0, share=share), largest))
    return lines


def _gain_line(gain: Gain, largest: float) -> Text:
    drawn = bar(gain.share / largest, BAR_WIDTH) or "▏"
    name = clean(gain.name, limit=LONGEST_NAME)
    return Text(f"{drawn:<{BAR_WIDTH}} {name} {format_percent(gain.share, decimals=0)}")


def scenario_block(summary: RunSummary) -> list[Text]:
    """Return wins and losses scenario by scenario."""
    tally = summary.scenarios
    if tally is None:
        return []
    lines = [Text(f"held-out, against {tally.against}", style=CONTEXT)]
    counts = Text.assemble((f"better {format_count(tally.better)}", CHAMPION))
    counts.append(f"  same {format_count(tally.same)}", style=CONTEXT)
    counts.append(f"  worse {format_count(tally.worse)}", style=WORSE if tally.worse else CONTEXT)
    lines.append(counts)
    if tally.median is not None and tally.worst is not None:
        shown = f"median {_change(tally.median)}, worst {_change(tally.worst)}"
        lines.append(Text(f"{_spread(tally)} {shown}".strip()))
    return lines


def _change(change: float) -> str:
    return format_percent(change, decimals=0 if abs(change) >= 0.0995 else 1, signed=True)


def _spread(tally: ScenarioTally) -> str:
    """Return how many scenarios have which change, the best changes at the left."""
    most = max(tally.histogram, default=0)
    top = len(LEVELS) - 1
    return "".join(
        LEVELS[max(round(count / most * top), 1)] if count else LEVELS[0]
        for count in tally.histogram
    )
