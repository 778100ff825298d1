"""What a user should look at while a run works, or know before its figures are believed."""

from rich.text import Text

from adrs.report.format import format_count, plural
from adrs.report.layout import CAUTION, STRONG, WORSE
from adrs.report.live.lines import LABEL_WIDTH
from adrs.report.live.tally import Tally
from adrs.report.run.jumpwords import jump_in_brief


def alert_lines(tally: Tally) -> list[Text]:
    """Return a line for scores above a bound, for jumps, weak isolation and unknown prices."""
    lines = []
    if tally.impossible:
        shown = f"{format_count(tally.impossible)}   first {tally.first_impossible}"
        lines.append(_alert("IMPOSSIBLE", shown, f"{STRONG} {WORSE}"))
    if tally.jumps:
        last = jump_in_brief(tally.jumps[-1])
        lines.append(_alert("look", f"{plural(len(tally.jumps), 'jump')}, {last}", CAUTION))
    if tally.isolation is not None and tally.isolation.heldout_refusal:
        lines.append(_alert("caution", tally.isolation.heldout_refusal, WORSE))
    spending = tally.spending
    if spending is not None and spending.unpriced:
        calls = plural(spending.calls, "call")
        shown = f"the price of {format_count(spending.unpriced)} of {calls} is not known"
        lines.append(_alert("caution", shown, CAUTION))
    return lines


def _alert(label: str, text: str, style: str) -> Text:
    return Text(f"{label:<{LABEL_WIDTH}}{text}", style=style)
