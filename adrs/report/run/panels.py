"""The pictures of a report: convergence, where gains come from, wins and losses, ablation."""

from collections.abc import Sequence

from rich.text import Text

from adrs.core.objective import Objective
from adrs.core.trial import Arm
from adrs.report.drawing import HEIGHT, labelled, signed_bars, spread_out
from adrs.report.format import (
    clean,
    format_change,
    format_count,
    format_number,
    format_percent,
    format_value,
)
from adrs.report.layout import (
    CAUTION,
    CHAMPION,
    CONTEXT,
    WORSE,
    Column,
    Table,
    bar,
    beside,
)
from adrs.report.run.curveplot import curve_plot
from adrs.report.run.model import AblatedChange, Gain, RunSummary, ScenarioTally

PICTURE_WIDTHS = ((176, 60), (136, 40), (96, 22), (0, 34))  # from which width on, how wide
BAR_WIDTH = 6
MOST_GAINS = 7
MOST_PROPOSERS = 3
MOST_ABLATED = 6
GUTTER = 3
LONGEST_NAME = 20


def panel_lines(summary: RunSummary, width: int) -> list[Text]:
    """Return the pictures, as many beside each other as there is room for."""
    cells = next(cells for least, cells in PICTURE_WIDTHS if width >= least)
    blocks = (
        curve_block(summary, cells),
        gain_block(summary),
        scenario_block(summary, cells),
    )
    lines: list[Text] = []
    for row in _rows([block for block in blocks if block], width):
        widths = [_block_width(block) + GUTTER for block in row]
        lines.extend([Text()] if lines else [])
        lines.extend(beside(row, [*widths[:-1], widths[-1] - GUTTER]))
    return lines


def _rows(blocks: Sequence[list[Text]], width: int) -> list[list[list[Text]]]:
    """Return the blocks in rows that fit the width, in their order."""
    rows: list[list[list[Text]]] = []
    room = 0
    for block in blocks:
        needed = _block_width(block) + GUTTER
        if rows and room >= needed - GUTTER:
            rows[-1].append(block)
        else:
            rows.append([block])
            room = width
        room -= needed
    return rows


def _block_width(block: Sequence[Text]) -> int:
    return max(line.cell_len for line in block)


def curve_block(summary: RunSummary, cells: int) -> list[Text]:
    """Return the best train score so far of the search and of the control; nothing without one."""
    return curve_plot(summary.curves, summary.setup.objective, cells) if summary.curves else []


def gain_block(summary: RunSummary) -> list[Text]:
    """Return who and which kinds of change the gain on train came from, beside blind edits."""
    kinds = summary.changes or summary.operators
    if not kinds:
        return []
    lines = [Text("sources of the train gain", style=CONTEXT)]
    if len(summary.proposers) > 1:
        lines.extend(_gain_line(gain) for gain in summary.proposers[:MOST_PROPOSERS])
        lines.append(Text("by kind of change", style=CONTEXT))
    lines.extend(_gain_line(gain) for gain in kinds[: MOST_GAINS - len(lines)])
    control = summary.curve(Arm.CONTROL)
    if control is not None and control.gain_share is not None:
        alone = Gain(name="blind edits alone", improvements=0, share=control.gain_share)
        lines.append(_gain_line(alone, style=CAUTION))
    return lines


def _gain_line(gain: Gain, *, style: str = "") -> Text:
    drawn = bar(gain.share, BAR_WIDTH) or "▏"
    name = clean(gain.name, limit=LONGEST_NAME)
    shown = format_percent(gain.share, decimals=0)
    return Text(f"{drawn:<{BAR_WIDTH}} {name} {shown}", style=style)


def scenario_block(summary: RunSummary, cells: int) -> list[Text]:
    """Return wins and losses scenario by scenario, as bars from the best to the worst."""
    tally = summary.scenarios
    if tally is None:
        return []
    lines = [Text(f"held-out, against {tally.against}", style=CONTEXT)]
    lines.extend(_scenario_bars(tally, summary.setup.objective, cells))
    counts = Text.assemble((f"better {format_count(tally.better)}", CHAMPION))
    counts.append(f"  same {format_count(tally.same)}", style=CONTEXT)
    counts.append(f"  worse {format_count(tally.worse)}", style=WORSE if tally.worse else CONTEXT)
    lines.append(counts)
    if tally.median is not None and tally.worst is not None:
        lines.append(Text(f"median {_change(tally.median)}, worst {_change(tally.worst)}"))
    return lines


def _scenario_bars(tally: ScenarioTally, objective: Objective, cells: int) -> list[Text]:
    relative = all(each.change is not None for each in tally.changes)
    changes = [
        (each.value - each.against) if each.change is None else each.change
        for each in tally.changes
    ]
    values = spread_out([objective.fitness(change) for change in changes], cells)
    drawn = signed_bars(values, HEIGHT)
    if not drawn:
        return []
    # A bar reaches the top or the bottom only where there is a gain, or a loss.
    ends = (changes[0] if values[0] > 0 else 0.0, changes[-1] if values[-1] < 0 else 0.0)
    best, worst = (_change(e) if relative else format_value(e, objective.unit) for e in ends)
    return labelled(drawn, best, worst)


def _change(change: float) -> str:
    return format_percent(change, decimals=0 if abs(change) >= 0.0995 else 1, signed=True)


def ablation_lines(summary: RunSummary, width: int) -> list[Text]:
    """Return how the champion does on validation without each of its changes, the dearest first."""
    if not summary.ablation:
        return []
    objective = summary.setup.objective

    def worth(each: AblatedChange) -> float:
        gap = None if each.difference is None else each.difference.mean
        return float("-inf") if gap is None else objective.fitness(gap)

    shown = sorted(summary.ablation, key=worth)[:MOST_ABLATED]
    columns = (
        Column(title="change taken back", cells=tuple(map(_ablated, shown)), shrink=True),
        Column(title="lines", cells=tuple(map(_lines_changed, shown)), right=True, drop=1),
        Column(title="validation", cells=tuple(_mean(e, objective) for e in shown), right=True),
        Column(title="change", cells=tuple(_ablation_change(e, objective) for e in shown)),
    )
    return Table(columns=columns).lines(width)


def _ablated(each: AblatedChange) -> Text:
    where = f"{each.where}: " if each.where else ""
    line = each.added[0] if each.added else f"cut of {each.removed[0].strip()}"
    return Text(f"#{each.number} {clean(where + line)}")


def _lines_changed(each: AblatedChange) -> Text:
    added, removed = len(each.added), len(each.removed)
    return Text(f"+{format_count(added)} {format_number(-removed, 0)}")


def _mean(each: AblatedChange, objective: Objective) -> Text:
    if each.mean is None:
        return Text(each.verdict.value, style=WORSE)
    return Text(format_value(each.mean, objective.unit))


def _ablation_change(each: AblatedChange, objective: Objective) -> Text:
    """Return what taking it back changes, worse in green: such a change is worth having."""
    gap, change = each.difference, each.change
    if gap is None:
        return Text("needed by the rest")
    if gap.mean == gap.low == gap.high == 0:
        return Text("no difference", style=CONTEXT)
    noise = gap.covers_zero
    style = CONTEXT if noise else CHAMPION if objective.fitness(gap.mean) < 0 else WORSE
    if change is None:
        shown = format_value(gap.mean, objective.unit)
    else:
        shown = format_change(change.mean, change.low, change.high)
    return Text(f"{shown}, within noise" if noise else shown, style=style)
