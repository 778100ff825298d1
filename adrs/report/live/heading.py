"""Which run works, on what, how, and in which of its phases it is."""

from rich.text import Text

from adrs.core.events import Phase
from adrs.core.run import RunRecord
from adrs.report.format import clean
from adrs.report.layout import CONTEXT, STRONG
from adrs.report.live.tally import Tally


def heading_lines(tally: Tally, record: RunRecord, width: int) -> list[Text]:
    """Return the run and how it searches, on one line where that fits, and its phases."""
    config = record.config
    parts = [config.strategy, f"seed {config.seed}"]
    if tally.isolation is not None:
        parts.append(f"isolation {tally.isolation.name}")
    if config.replays:
        parts.append(f"replay of {config.replays}")
    context = clean(" · ".join([*parts, config.proposer]))  # the longest last: it may be cut
    title = Text.assemble((clean(config.problem), STRONG), f"  {record.name}")
    if title.cell_len + 3 + len(context) <= width:
        title.append(f"   {context}", style=CONTEXT)
        return [title, _phases(tally.phase)]
    return [title, Text(context, style=CONTEXT), _phases(tally.phase)]


def _phases(present: Phase | None) -> Text:
    line = Text()
    for number, phase in enumerate(Phase):
        line.append(" · " if number else "", style=CONTEXT)
        if phase is present:
            line.append(f"▸{phase.value}", style=STRONG)
        else:
            line.append(phase.value, style=CONTEXT)
    return line
