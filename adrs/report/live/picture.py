"""The picture of the live view: its panels from top to bottom, cut to the terminal."""

from rich.console import Console
from rich.text import Text

from adrs.report.layout import fitted
from adrs.report.live.alerts import alert_lines
from adrs.report.live.attempts import attempt_lines
from adrs.report.live.best import best_lines
from adrs.report.live.budgets import Clocked
from adrs.report.live.heading import heading_lines
from adrs.report.live.improvements import improvement_lines
from adrs.report.live.progress import progress_line
from adrs.report.live.tally import Tally
from adrs.report.live.traffic import traffic_lines


def picture(
    tally: Tally, clocked: Clocked, *, width: int, height: int, console: Console
) -> list[Text]:
    """Return what to show, at most `height` lines of at most `width` cells."""
    if tally.record is None or tally.objective is None:
        return []
    lines = [
        *heading_lines(tally, tally.record, width),
        progress_line(tally, clocked, width),
        *alert_lines(tally),
        *best_lines(tally, tally.objective, width, height),
        *traffic_lines(tally, clocked, width),
        *attempt_lines(tally, width),
    ]
    lines.extend(improvement_lines(tally, width, height - len(lines)))
    return [fitted(line, width, console) for line in lines[:height]]
