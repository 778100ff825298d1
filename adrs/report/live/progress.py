"""How far the present phase is, how fast it goes, and when it ends."""

from collections.abc import Sequence
from dataclasses import dataclass

from rich.text import Text

from adrs.core.events import Phase
from adrs.report.format import format_count, format_duration, format_rate
from adrs.report.layout import CHAMPION, CONTEXT
from adrs.report.live.budgets import Budget, Clocked, binding, budgets, counted_budgets
from adrs.report.live.lines import GAP
from adrs.report.live.tally import SEARCHES, Tally

BAR_WIDTH = 46
NARROWEST_BAR = 8
FIRST_RATE_S = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How fast a phase goes; each is None while nobody can tell.

    Attributes:
        evaluations_per_s: evaluations of this sitting per second.
        calls_per_s: answered calls of this sitting per second.
        left_s: seconds until the first of its budgets is used up.
    """

    evaluations_per_s: float | None
    calls_per_s: float | None
    left_s: float | None


def progress_line(tally: Tally, clocked: Clocked, width: int) -> Text:
    """Return a bar of the budget that binds, with figures beside it."""
    if tally.phase is Phase.SEARCH:
        bound = search_budget(tally, clocked)
        share = None if bound is None else bound.share
    else:
        share = min(_done(tally) / tally.budget, 1.0) if tally.budget else None
    return _bar(share, [*spent_in_words(tally, clocked), *pace_in_words(tally, clocked)], width)


def search_budget(tally: Tally, clocked: Clocked) -> Budget | None:
    """Return the budget of the search that binds; None where nothing is capped, and in a replay.

    A replay spends no calls, so a bar of its budget would never fill.
    """
    replays = tally.record is not None and tally.record.config.replays
    return None if replays else binding(budgets(tally, clocked))


def spent_in_words(tally: Tally, clocked: Clocked) -> list[str]:
    """Return what the present phase has spent of what binds: "40/60 calls"."""
    if tally.phase is not Phase.SEARCH:
        of = f"/{format_count(tally.budget)}" if tally.budget else ""
        return [f"{format_count(_done(tally))}{of} evaluations"]
    *calls, evaluations = counted_budgets(tally)
    bound = search_budget(tally, clocked)
    if bound is None:
        asked = tally.spending is not None and tally.spending.calls > 0
        return [(calls[0] if asked else evaluations).words]
    return [bound.words] if calls or bound == evaluations else [bound.words, evaluations.words]


def pace(tally: Tally, clocked: Clocked) -> Pace:
    """Return how fast the present phase goes."""
    if clocked.phase_s < FIRST_RATE_S:
        return Pace(evaluations_per_s=None, calls_per_s=None, left_s=None)
    fresh = tally.arm.fresh if tally.phase in SEARCHES else tally.phase_done
    rate = fresh / clocked.phase_s
    calls = tally.fresh_calls / clocked.phase_s if tally.phase is Phase.SEARCH else 0.0
    left = [max(tally.budget - _done(tally), 0) / rate] if tally.budget and rate else []
    if tally.phase is Phase.SEARCH:
        ends = (budget.seconds_left(clocked.phase_s) for budget in budgets(tally, clocked))
        left = [seconds for seconds in ends if seconds is not None]
    return Pace(
        evaluations_per_s=rate or None,
        calls_per_s=calls or None,
        left_s=min(left, default=None) or None,
    )


def pace_in_words(tally: Tally, clocked: Clocked) -> list[str]:
    """Return the pace as it is shown: "4.0 calls/s", "3.7 evaluations/s", "7 m left"."""
    found = pace(tally, clocked)
    parts = []
    if found.calls_per_s is not None:
        parts.append(format_rate(found.calls_per_s, "calls"))
    if found.evaluations_per_s is not None:
        noun = "evaluations" if found.calls_per_s is not None else ""
        parts.append(format_rate(found.evaluations_per_s, noun))
    if found.left_s is not None:
        parts.append(f"{format_duration(found.left_s)} left")
    return parts


def _done(tally: Tally) -> int:
    return tally.arm.evaluations if tally.phase in SEARCHES else tally.phase_done


def _bar(share: float | None, facts: Sequence[str], width: int) -> Text:
    shown = GAP.join(facts)
    room = min(BAR_WIDTH, width - len(shown) - 2)
    if share is None or room < NARROWEST_BAR:
        return Text(shown)
    full = round(share * room)
    return Text.assemble(("━" * full, CHAMPION), ("━" * (room - full), CONTEXT), f"  {shown}")
