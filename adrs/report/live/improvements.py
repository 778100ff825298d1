"""The last improvements of the present search, each with its idea."""

from collections.abc import Iterable

from rich.text import Text

from adrs.core.events import Phase
from adrs.report.format import clean, format_step, model_name
from adrs.report.layout import CHAMPION, Column, Table
from adrs.report.live.tally import Improvement, Tally

MOST = 16


def improvement_lines(tally: Tally, width: int, room: int) -> list[Text]:
    """Return a table of the newest improvements below an empty line, at most `room` lines."""
    rows = min(room - 2, MOST)
    newest_first = list(tally.arm.improvements)[: -rows - 1 : -1] if rows > 0 else []
    if not newest_first:
        return []
    unit = "" if tally.objective is None else tally.objective.unit
    columns = [
        Column(title="trial", cells=_texts(f"#{i.trial.number}" for i in newest_first), right=True),
        Column(title="gain", cells=tuple(_gain(i, unit) for i in newest_first), right=True),
        Column(title="change", cells=_texts(_change(i) for i in newest_first)),
        Column(
            title="idea",
            cells=_texts(clean(i.trial.proposal.idea) for i in newest_first),
            shrink=True,
        ),
    ]
    if tally.spending is not None and tally.phase is not Phase.CONTROL:
        models = _texts(model_name(i.trial.proposal.proposer) for i in newest_first)
        columns.insert(3, Column(title="model", cells=models, drop=1))
    return [Text(), *Table(columns=tuple(columns), rules=()).lines(width)]


def _texts(cells: Iterable[str]) -> tuple[Text, ...]:
    return tuple(Text(cell) for cell in cells)


def _gain(improvement: Improvement, unit: str) -> Text:
    shown = format_step(improvement.score, improvement.previous, unit)
    return Text(shown, style=CHAMPION)


def _change(improvement: Improvement) -> str:
    changes = improvement.trial.proposal.operators
    return clean("+".join(changes) if changes else improvement.trial.operator, limit=28)
