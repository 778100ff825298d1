"""How the trials of the present search ended, and which operators they came from."""

from rich.text import Text

from adrs.report.format import clean, format_count, plural
from adrs.report.live.lines import listed
from adrs.report.live.shares import Share
from adrs.report.live.tally import SEARCHES, Tally

OPERATOR_LINES = 4


def attempt_lines(tally: Tally, width: int) -> list[Text]:
    """Return counts by verdict, the niches if several, the last gain's age, and the operators."""
    progress = tally.arm
    counts = [f"{verdict} {format_count(count)}" for verdict, count in progress.counts()]
    if progress.niches > 1:
        counts.append(f"niches {format_count(progress.niches)}")
    if tally.phase in SEARCHES and progress.improvements:
        ago = progress.evaluations - progress.improved_at
        counts.append(f"last gain {plural(ago, 'evaluation')} ago")
    operators = [_operator(share, progress.trials) for share in progress.operators.all()]
    return [
        *listed("verdicts", counts, width),
        *listed("operators", operators, width, most=OPERATOR_LINES),
    ]


def _operator(share: Share, trials: int) -> str:
    return f"{clean(share.name)} {100 * share.trials / trials:.0f} % ({share.success})"
